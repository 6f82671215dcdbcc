// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace nextquill::store {

/// An allocator that takes whole pages from the system and gives them back: a heap would keep half
/// of a large table that has grown. For values that need no more than the alignment of a page.
template<typename Value>
struct SystemPages
{
    using value_type = Value;

    /// Throws std::bad_alloc.
    [[nodiscard]] Value* allocate(std::size_t count)
    {
        void* const pages = ::mmap(nullptr, count * sizeof(Value), PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED) {
            throw std::bad_alloc{};
        }
        return static_cast<Value*>(pages);
    }

    void deallocate(Value* values, std::size_t count) noexcept
    {
        ::munmap(values, count * sizeof(Value));
    }

    friend bool operator==(const SystemPages&, const SystemPages&) = default;
};

} // namespace nextquill::store
