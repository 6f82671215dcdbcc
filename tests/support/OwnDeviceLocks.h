// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TemporaryFolder.h"

#include <cstdlib>

namespace nextquill::testing {

/// A folder of its own for the locks of devices: no test waits for another program's run.
class OwnDeviceLocks
{
public:
    explicit OwnDeviceLocks(const TemporaryFolder& folder)
    {
        ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
    }
    ~OwnDeviceLocks() { ::unsetenv("XDG_RUNTIME_DIR"); }
    OwnDeviceLocks(const OwnDeviceLocks&) = delete;
    OwnDeviceLocks& operator=(const OwnDeviceLocks&) = delete;
};

} // namespace nextquill::testing
