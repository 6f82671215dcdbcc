// SPDX-License-Identifier: GPL-3.0-or-later
//
// LibTorch's package holds gloo's code, but none of its headers, and c10d/ProcessGroupGloo.hpp
// includes five of them. These declare the few names that it uses and nothing more; no object of
// these types is ever made here, that is done inside LibTorch.
#pragma once
