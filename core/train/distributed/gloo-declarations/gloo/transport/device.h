// SPDX-License-Identifier: GPL-3.0-or-later
// See ../algorithm.h.
#pragma once

#include <memory>

namespace gloo::transport {

class Device;

/// Complete, because c10d owns one through std::unique_ptr.
class UnboundBuffer
{
public:
    virtual ~UnboundBuffer() = 0;
};

} // namespace gloo::transport
