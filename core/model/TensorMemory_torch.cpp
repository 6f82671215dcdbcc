// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TensorMemory_torch.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <unordered_map>

namespace nextquill::model {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t largePage = 2 * mebibyte;
constexpr std::size_t smallest = mebibyte; ///< smaller ones are left to the C library

/// Freed blocks serve requests of their own size (in large pages) and somewhat smaller ones.
constexpr std::size_t largestFor(std::size_t size)
{
    return size + size / 4;
}

std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

/// Blocks from the system, a whole number of large pages each and aligned to them.
class Blocks
{
public:
    void* take(std::size_t bytes)
    {
        const std::scoped_lock lock{m_mutex};
        std::size_t size = roundedUp(bytes, largePage);
        const auto free = m_free.lower_bound(size);
        void* block = nullptr;
        if (free != m_free.end() && free->first <= largestFor(size)) {
            size = free->first;
            block = free->second;
            m_free.erase(free);
            m_kept -= size;
        } else {
            block = fromSystem(size);
            if (block == nullptr) {
                releaseAll();
                block = fromSystem(size);
            }
            TORCH_CHECK_WITH(OutOfMemoryError, block != nullptr, "not enough memory for ", bytes,
                             " bytes");
        }
        m_sizes[block] = size;
        m_used += size;
        m_mostUsed = std::max(m_mostUsed, m_used);
        return block;
    }

    /// False for memory that is none of these blocks.
    bool giveBack(void* block)
    {
        const std::scoped_lock lock{m_mutex};
        const auto entry = m_sizes.find(block);
        if (entry == m_sizes.end()) {
            return false;
        }
        const std::size_t size = entry->second;
        m_sizes.erase(entry);
        m_used -= size;
        m_kept += size;
        m_free.emplace(size, block);
        return true;
    }

    void release()
    {
        const std::scoped_lock lock{m_mutex};
        releaseAll();
    }

    [[nodiscard]] TensorMemory state() const
    {
        const std::scoped_lock lock{m_mutex};
        return {.used = m_used, .kept = m_kept, .mostUsed = m_mostUsed};
    }

    void resetMostUsed()
    {
        const std::scoped_lock lock{m_mutex};
        m_mostUsed = m_used;
    }

private:
    static void* fromSystem(std::size_t size)
    {
        // Room to cut an aligned part from.
        const std::size_t all = size + largePage;
        void* memory =
            ::mmap(nullptr, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            return nullptr;
        }
        auto* const begin = static_cast<std::byte*>(memory);
        const std::size_t before = roundedUp(reinterpret_cast<std::uintptr_t>(begin), largePage) -
                                   reinterpret_cast<std::uintptr_t>(begin);
        if (before > 0) {
            ::munmap(begin, before);
        }
        ::munmap(begin + before + size, largePage - before);
#if defined(MADV_HUGEPAGE)
        ::madvise(begin + before, size, MADV_HUGEPAGE); // a wish: without it pages are small
#endif
        return begin + before;
    }

    void releaseAll()
    {
        for (const auto& [size, block] : m_free) {
            ::munmap(block, size);
        }
        m_free.clear();
        m_kept = 0;
    }

    mutable std::mutex m_mutex;
    std::multimap<std::size_t, void*> m_free;
    std::unordered_map<void*, std::size_t> m_sizes; ///< of blocks in use
    std::size_t m_used = 0;
    std::size_t m_kept = 0;
    std::size_t m_mostUsed = 0;
};

/// Never destroyed: tensors of static objects may come back after it would have been.
Blocks& blocks()
{
    static auto* const all = new Blocks;
    return *all;
}

/// Of blocks and of small memory: libraries below LibTorch ask for either and free by this alone.
void giveMemoryBack(void* memory)
{
    if (memory != nullptr && !blocks().giveBack(memory)) {
        c10::GetDefaultCPUAllocator()->raw_deallocate(memory);
    }
}

class KeepingAllocator final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        if (bytes < smallest) {
            return c10::GetDefaultCPUAllocator()->allocate(bytes);
        }
        void* const block = blocks().take(bytes);
        return {block, block, &giveMemoryBack, c10::Device{c10::DeviceType::CPU}};
    }

    [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override { return &giveMemoryBack; }

    void copy_data(void* to, const void* from, std::size_t bytes) const override
    {
        std::memcpy(to, from, bytes);
    }
};

} // namespace

void keepTensorMemory()
{
    static auto* const allocator = new KeepingAllocator;
    static const bool isSet = [] {
        constexpr std::uint8_t priority = 1; // above that of LibTorch's own
        c10::SetCPUAllocator(allocator, priority);
        return true;
    }();
    static_cast<void>(isSet);
}

void releaseTensorMemory()
{
    blocks().release();
}

TensorMemory tensorMemory()
{
    return blocks().state();
}

void resetMostUsed()
{
    blocks().resetMostUsed();
}

} // namespace nextquill::model
