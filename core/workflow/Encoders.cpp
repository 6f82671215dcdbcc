// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Encoders.h"

#include "core/base/Digest.h"
#include "core/model/TextEncoder.h"

#include <utility>

namespace nextquill::workflow {

namespace {

constexpr std::size_t mostKeptEmbeddings = 65'536;

} // namespace

double cosine(std::span<const float> left, std::span<const float> right)
{
    double product = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        product += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    }
    return product;
}

CachedEncoder::CachedEncoder(std::unique_ptr<const model::TextEncoder> encoder)
    : m_encoder{std::move(encoder)}
{
}

CachedEncoder::~CachedEncoder() = default;

Embedding CachedEncoder::embedding(const std::string& text)
{
    std::string digest = sha256(text);
    const std::scoped_lock lock{m_mutex};
    if (const auto found = m_byDigest.find(digest); found != m_byDigest.end()) {
        m_kept.splice(m_kept.begin(), m_kept, found->second);
        return m_kept.front().embedding;
    }
    auto made = std::make_shared<const std::vector<float>>(m_encoder->embed(text));
    m_kept.push_front({.digest = std::move(digest), .embedding = made});
    m_byDigest.emplace(m_kept.front().digest, m_kept.begin());
    if (m_kept.size() > mostKeptEmbeddings) {
        m_byDigest.erase(m_kept.back().digest);
        m_kept.pop_back();
    }
    return made;
}

std::shared_ptr<CachedEncoder> encoderAt(const std::filesystem::path& folder)
{
    static std::mutex mutex;
    static std::filesystem::path loadedFrom;
    static std::shared_ptr<CachedEncoder> loaded;
    const std::scoped_lock lock{mutex};
    std::filesystem::path wanted = std::filesystem::weakly_canonical(folder);
    if (!loaded || loadedFrom != wanted) {
        loaded = std::make_shared<CachedEncoder>(model::TextEncoder::load(wanted));
        loadedFrom = std::move(wanted);
    }
    return loaded;
}

} // namespace nextquill::workflow
