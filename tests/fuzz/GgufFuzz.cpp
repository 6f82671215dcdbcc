// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/CompanionFiles.h"
#include "core/model/GgufConfig.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufModelFiles.h"
#include "core/model/GgufQuantization.h"
#include "core/model/GgufTokenizer.h"
#include "core/text/Tokenizer.h"

#include "tests/fuzz/FuzzedInput.h"

#include <algorithm>
#include <vector>

namespace nextquill::fuzz {

namespace {

void readTensors(const model::GgufFile& file)
{
    const auto& bytes = file.file();
    const std::byte* const end = bytes->data() + bytes->size();
    for (const auto& [name, view] : file.tensors()) {
        require(view.data >= bytes->data() && view.data <= end &&
                view.bytes <= static_cast<std::size_t>(end - view.data));
        if (model::isFloat(view.dtype)) {
            const std::size_t block = model::blockElements(view.dtype);
            const auto elements = static_cast<std::size_t>(view.elements());
            const std::size_t count = std::min(elements, std::max<std::size_t>(block, 64));
            std::vector<float> values(count);
            model::toFloat32(view.dtype, view.data, count, values.data());
            model::toFloat32(view.dtype,
                             view.data + view.bytes - model::byteSize(view.dtype, block), block,
                             std::vector<float>(block).data());
        }
    }
}

void readTokenizer(const model::GgufFile& file)
{
    const text::Tokenizer tokenizer{model::readGgufTokenizer(file)};
    const auto encoding = tokenizer.encode("It's 12 o'clock, abab\n\xc3\xa9t\xc3\xa9");
    require(encoding.ids.size() == encoding.bytes.size());
    (void)tokenizer.decode(encoding.ids);
}

/// The first and last row of each weight, as another type.
void readModel(const model::GgufFile& file)
{
    const model::GgufModelFiles files{file.file()};
    std::vector<std::byte> row;
    for (const std::string& name : files.tensorNames()) {
        const model::TensorView view = files.find(name).value();
        row.resize(
            model::byteSize(model::DType::BF16, static_cast<std::size_t>(view.rowElements())));
        for (const std::int64_t first : {std::int64_t{0}, view.rows() - 1}) {
            files.readRows(name, {.first = first, .count = 1}, model::DType::BF16, row.data());
        }
    }
    fuzz::allowErrors([&] { (void)files.companions(); });
}

} // namespace

} // namespace nextquill::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace nextquill;
    fuzz::allowErrors([&] {
        const model::GgufFile file{fuzz::fileOf(data, size)};
        fuzz::readTensors(file);
        fuzz::allowErrors([&] { (void)model::readGgufConfig(file); });
        fuzz::allowErrors([&] { fuzz::readTokenizer(file); });
        fuzz::allowErrors([&] { fuzz::readModel(file); });
    });
    return 0;
}
