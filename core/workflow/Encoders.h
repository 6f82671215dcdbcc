// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::model {
class TextEncoder;
}

namespace nextquill::workflow {

/// A text's embedding, of length 1.
using Embedding = std::shared_ptr<const std::vector<float>>;

[[nodiscard]] double cosine(std::span<const float> left, std::span<const float> right);

/// An encoder with the embeddings that it made last: the reviews of a user are asked for again with
/// every text of his, and again in each epoch. 65,536 of them stay (96 MiB at 384 numbers).
///
/// Threads  any; one text is computed at a time
class CachedEncoder
{
public:
    explicit CachedEncoder(std::unique_ptr<const model::TextEncoder> encoder);
    ~CachedEncoder();

    [[nodiscard]] Embedding embedding(const std::string& text);
    [[nodiscard]] const model::TextEncoder& encoder() const { return *m_encoder; }

private:
    struct Kept
    {
        std::string digest;
        Embedding embedding;
    };

    std::unique_ptr<const model::TextEncoder> m_encoder;
    std::mutex m_mutex;
    std::list<Kept> m_kept; ///< guarded by m_mutex; the newest first
    std::unordered_map<std::string_view, std::list<Kept>::iterator> m_byDigest; ///< likewise
};

/// The encoder in a folder, loaded when it is first asked for and kept by this program until
/// another one is. Throws what TextEncoder::load throws.
[[nodiscard]] std::shared_ptr<CachedEncoder> encoderAt(const std::filesystem::path& folder);

} // namespace nextquill::workflow
