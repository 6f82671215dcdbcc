// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/ProcessGroup.h"

namespace nextquill::train {

RankLost::RankLost(int rank, const std::string& who, const std::string& how)
    : Error{ErrorKind::DeviceLost, who + " " + how, "distributed training",
            "resume the run, on any number of ranks; the newest checkpoint is whole"}
    , m_rank{rank}
{
}

} // namespace nextquill::train
