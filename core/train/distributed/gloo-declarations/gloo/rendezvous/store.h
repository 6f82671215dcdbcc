// SPDX-License-Identifier: GPL-3.0-or-later
// See ../algorithm.h.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace gloo::rendezvous {

/// Base of a class that c10d declares in its header.
class Store
{
public:
    using Bytes = std::vector<char>;
    using Keys = std::vector<std::string>;

    virtual ~Store() = default;
    virtual void set(const std::string& key, const Bytes& value) = 0;
    virtual Bytes get(const std::string& key) = 0;
    virtual void wait(const Keys& keys) = 0;
    virtual void wait(const Keys& keys, const std::chrono::milliseconds& timeout) = 0;
};

} // namespace gloo::rendezvous
