// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TensorMemory_torch.h"

#include "core/base/AvailableMemory.h"

#include <ATen/DeviceAccelerator.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <sys/mman.h>
#include <unordered_map>
#include <utility>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace nextquill::model {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t largePage = 2 * mebibyte;
constexpr std::size_t slabSize = 64 * mebibyte; ///< at least, from the system at a time
constexpr std::size_t smallest = mebibyte / 4;  ///< smaller ones are left to the C library
constexpr std::size_t unit = 4096;              ///< sizes of blocks

std::size_t roundedUp(std::size_t bytes, std::size_t to)
{
    return (bytes + to - 1) / to * to;
}

/// Blocks cut from slabs of large pages. Free neighbours are one block; a request takes the
/// smallest that holds it.
class Blocks
{
public:
    void* take(std::size_t bytes)
    {
        const std::scoped_lock lock{m_mutex};
        const std::size_t size = roundedUp(bytes, unit);
        auto place = m_bySize.lower_bound({size, nullptr});
        if (place == m_bySize.end()) {
            addSlab(size);
            place = m_bySize.lower_bound({size, nullptr});
            TORCH_CHECK_WITH(OutOfMemoryError, place != m_bySize.end(), "not enough memory for ",
                             bytes, " bytes");
        }
        const auto [free, block] = *place;
        removeFree(block, free);
        if (free > size) {
            addFree(block + size, free - size);
        }
        m_used.emplace(block, size);
        m_usedBytes += size;
        m_mostUsed = std::max(m_mostUsed, m_usedBytes);
        return block;
    }

    /// False for memory that is none of these blocks.
    bool giveBack(void* memory)
    {
        const std::scoped_lock lock{m_mutex};
        const auto entry = m_used.find(static_cast<std::byte*>(memory));
        if (entry == m_used.end()) {
            return false;
        }
        std::byte* block = entry->first;
        std::size_t size = entry->second;
        m_used.erase(entry);
        m_usedBytes -= size;
        const auto after = m_free.lower_bound(block);
        if (after != m_free.end() && after->first == block + size &&
            !m_slabs.contains(after->first)) {
            const std::size_t more = after->second;
            removeFree(block + size, more);
            size += more;
        }
        const auto next = m_free.lower_bound(block);
        if (next != m_free.begin() && !m_slabs.contains(block)) {
            const auto before = std::prev(next);
            if (before->first + before->second == block) {
                block = before->first;
                const std::size_t more = before->second;
                removeFree(block, more);
                size += more;
            }
        }
        try {
            addFree(block, size);
        } catch (const std::bad_alloc&) { // tensors go without errors: this one is not used again
            m_free.erase(block);
        }
        return true;
    }

    void release()
    {
        const std::scoped_lock lock{m_mutex};
        releaseFreeSlabs();
    }

    [[nodiscard]] TensorMemory state() const
    {
        const std::scoped_lock lock{m_mutex};
        std::size_t all = 0;
        for (const auto& [slab, size] : m_slabs) {
            all += size;
        }
        return {.used = m_usedBytes, .kept = all - m_usedBytes, .mostUsed = m_mostUsed};
    }

    void resetMostUsed()
    {
        const std::scoped_lock lock{m_mutex};
        m_mostUsed = m_usedBytes;
    }

private:
    void addFree(std::byte* block, std::size_t size)
    {
        m_free.emplace(block, size);
        m_bySize.emplace(size, block);
    }

    void removeFree(std::byte* block, std::size_t size)
    {
        m_free.erase(block);
        m_bySize.erase({size, block});
    }

    void addSlab(std::size_t atLeast)
    {
        const std::size_t size = roundedUp(std::max(atLeast, slabSize), largePage);
        std::byte* slab = fromSystem(size);
        if (slab == nullptr) {
            releaseFreeSlabs();
            slab = fromSystem(size);
        }
        if (slab != nullptr) {
            m_slabs.emplace(slab, size);
            addFree(slab, size);
        }
    }

    static std::byte* fromSystem(std::size_t size)
    {
        // Room to cut an aligned part from.
        void* const memory = ::mmap(nullptr, size + largePage, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            return nullptr;
        }
        auto* const begin = static_cast<std::byte*>(memory);
        const auto address = reinterpret_cast<std::uintptr_t>(begin);
        const std::size_t before = roundedUp(address, largePage) - address;
        if (before > 0) {
            ::munmap(begin, before);
        }
        ::munmap(begin + before + size, largePage - before);
#if defined(MADV_HUGEPAGE)
        ::madvise(begin + before, size, MADV_HUGEPAGE); // a wish: without it pages are small
#endif
        return begin + before;
    }

    void releaseFreeSlabs()
    {
        for (auto slab = m_slabs.begin(); slab != m_slabs.end();) {
            const auto free = m_free.find(slab->first);
            if (free != m_free.end() && free->second == slab->second) {
                removeFree(slab->first, slab->second);
                ::munmap(slab->first, slab->second);
                slab = m_slabs.erase(slab);
            } else {
                ++slab;
            }
        }
    }

    mutable std::mutex m_mutex;
    std::map<std::byte*, std::size_t> m_slabs;
    std::map<std::byte*, std::size_t> m_free;              ///< never two that touch, within a slab
    std::set<std::pair<std::size_t, std::byte*>> m_bySize; ///< the same by size
    std::unordered_map<std::byte*, std::size_t> m_used;
    std::size_t m_usedBytes = 0;
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
#if defined(__GLIBC__)
        // What libraries below LibTorch ask for by themselves is not given back either.
        constexpr int kept = 256 * 1024 * 1024;
        ::mallopt(M_TRIM_THRESHOLD, kept);
        ::mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
#endif
        return true;
    }();
    static_cast<void>(isSet);
}

void releaseTensorMemory()
{
    blocks().release();
}

std::uint64_t memoryForTensors(c10::Device device)
{
    if (device.is_cpu()) {
        const std::uint64_t system = availableMemory();
        const std::uint64_t kept = blocks().state().kept;
        return system > std::numeric_limits<std::uint64_t>::max() - kept ? system : system + kept;
    }
    return at::accelerator::getMemoryInfo(device.index()).first;
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
