// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/RandomModel.h"

#include "core/base/Random.h"
#include "core/model/CompanionFiles.h"
#include "core/model/GgufQuantization.h"
#include "core/model/MappedFile.h"
#include "core/model/WeightNames.h"
#include "core/text/ByteSpelling.h"
#include "core/text/TokenizerDefinition.h"

#include <algorithm>
#include <utility>

namespace nextquill::bench {

namespace {

std::shared_ptr<const text::Tokenizer> byteTokenizer()
{
    text::TokenizerDefinition definition;
    for (unsigned byte = 0; byte < 256; ++byte) {
        definition.pieces.emplace_back(text::spellingOf(static_cast<unsigned char>(byte)));
    }
    return std::make_shared<text::Tokenizer>(definition);
}

class RandomModelFiles final : public model::ModelFiles
{
public:
    explicit RandomModelFiles(const model::ModelConfig& config)
        : m_weights{model::expectedWeights(config)}
    {
        m_path = "random weights";
        m_kind = "random";
        m_config = config;
        m_tokenizer = byteTokenizer();
    }

    [[nodiscard]] std::vector<std::string> tensorNames() const override
    {
        std::vector<std::string> names;
        for (const model::ExpectedWeight& weight : m_weights) {
            names.push_back(weight.name);
        }
        return names;
    }

    [[nodiscard]] std::optional<model::TensorView> find(std::string_view name) const override
    {
        const auto found = std::ranges::find(m_weights, name, &model::ExpectedWeight::name);
        return found == m_weights.end() ? std::nullopt
                                        : std::optional{model::TensorView{.shape = found->shape}};
    }

    void readRows(std::string_view name, model::TensorRows rows, model::DType type,
                  std::byte* out) const override
    {
        constexpr float width = 0.07F; // uniform: a standard deviation of 0.02
        const auto rowElements = static_cast<std::size_t>(find(name).value().rowElements());
        const bool norm = name.find("norm") != std::string_view::npos;
        const Random random{1, std::hash<std::string_view>{}(name)};
        std::vector<float> row(rowElements);
        for (std::int64_t r = 0; r < rows.count; ++r) {
            const std::uint64_t first = static_cast<std::uint64_t>(rows.first + r) * rowElements;
            for (std::size_t i = 0; i < rowElements; ++i) {
                row[i] = norm ? 1 : (static_cast<float>(random.uniform(first + i)) - 0.5F) * width;
            }
            model::fromFloat32(type, row.data(), rowElements,
                               out + static_cast<std::size_t>(r) *
                                         model::byteSize(type, rowElements));
        }
    }

private:
    [[nodiscard]] std::vector<std::shared_ptr<const model::MappedFile>> weightFiles() const override
    {
        return {};
    }
    [[nodiscard]] model::Companions companions() const override
    {
        throw Error{ErrorKind::Unsupported, "a model of random weights is on no disk",
                    m_path.string(), "choose a model"};
    }

    std::vector<model::ExpectedWeight> m_weights;
};

} // namespace

std::shared_ptr<const model::ModelFiles> randomModel(const model::ModelConfig& config)
{
    return std::make_shared<RandomModelFiles>(config);
}

std::unique_ptr<model::Decoder> randomDecoder(const model::ModelConfig& config,
                                              model::ComputeType type, const StopToken& stop,
                                              Progress& progress)
{
    return model::Decoder::load(randomModel(config), {.device = "cpu", .dtype = type}, std::nullopt,
                                stop, progress);
}

} // namespace nextquill::bench
