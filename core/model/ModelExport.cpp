// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelExport.h"

#include "core/base/AtomicFile.h"
#include "core/model/CompanionFiles.h"
#include "core/model/FileErrors.h"
#include "core/model/GgufExport.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/WeightNames.h"

#include <system_error>
#include <unistd.h>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

/// As Transformers calls it.
std::string torchName(DType dtype)
{
    switch (dtype) {
    case DType::F32:
        return "float32";
    case DType::F16:
        return "float16";
    case DType::BF16:
        return "bfloat16";
    default:
        throw Error{ErrorKind::BadInput,
                    "a Hugging Face folder has no weights of the type " + std::string{name(dtype)},
                    "export", "choose f32, f16 or bf16, or export as GGUF"};
    }
}

void writeFolder(const ModelFiles& files, const WeightRows& weights, DType dtype,
                 const fs::path& to, const StopToken& stop, Progress& progress)
{
    const std::string typeName = torchName(dtype);
    NewFolder folder{to};
    std::vector<NamedBlock> blocks;
    std::int64_t total = 0;
    std::int64_t done = 0;
    for (const ExpectedWeight& weight : expectedWeights(files.config())) {
        const std::size_t elements = checkedProduct(weight.shape).value();
        total += static_cast<std::int64_t>(elements);
        const std::int64_t rowElements = static_cast<std::int64_t>(elements) /
                                         (weight.shape.size() < 2 ? 1 : weight.shape.front());
        const auto rows = [&, tensor = weight.name, rowElements](TensorRows range, std::byte* out) {
            stopPoint(stop);
            progress.report({.done = done, .total = total, .stage = "writing weights"});
            weights(tensor, range, dtype, out);
            done += range.count * rowElements;
        };
        blocks.push_back({.name = weight.name,
                          .dtype = dtype,
                          .shape = weight.shape,
                          .bytes = byteSize(dtype, elements),
                          .rows = rows});
    }
    writeSafeTensors(folder.path() / "model.safetensors", blocks, {{"format", "pt"}});
    files.writeCompanionFiles(folder.path(), typeName);
    folder.putInPlace();
}

} // namespace

void requireNothingAt(const fs::path& place)
{
    std::error_code error;
    if (fs::exists(fs::symlink_status(place, error))) {
        throw Error{ErrorKind::BadInput, "there is something of that name already", place.string(),
                    "choose another name, or remove it first"};
    }
}

NewFolder::NewFolder(const fs::path& place)
    : m_place{place.has_filename() ? place : place.parent_path()}
    , m_path{m_place.string() + ".tmp-" + std::to_string(::getpid())}
{
    requireNothingAt(m_place);
    createFolders(m_path);
}

NewFolder::~NewFolder()
{
    if (!m_placed) {
        std::error_code ignored; // nothing more can be done about it here
        fs::remove_all(m_path, ignored);
    }
}

void NewFolder::putInPlace()
{
    requireNothingAt(m_place);
    syncToDisk(m_path);
    std::error_code error;
    fs::rename(m_path, m_place, error);
    if (error) {
        throw Error{ErrorKind::Storage,
                    "the folder cannot be put in its place (" + error.message() + ")",
                    m_place.string(), "check the rights of the folder above it"};
    }
    m_placed = true;
    syncToDisk(m_place.has_parent_path() ? m_place.parent_path() : fs::path{"."});
}

void exportModel(const ModelFiles& files, const WeightRows& weights, ExportFormat format,
                 DType dtype, const fs::path& to, const StopToken& stop, Progress& progress)
{
    if (format == ExportFormat::Gguf) {
        exportGguf(files, weights, dtype, to, stop, progress);
    } else {
        writeFolder(files, weights, dtype, to, stop, progress);
    }
}

DType usualExportType(const ModelFiles& files)
{
    const DType own = dtypeNamed(files.dtypeName()).value_or(DType::BF16);
    return own == DType::F32 || own == DType::F16 ? own : DType::BF16;
}

} // namespace nextquill::model
