#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/replay.hpp>

namespace haulwatch {

/// Replay over the default chain: compiled once, in the library.
using Replay = BasicReplay<DefaultChain>;
extern template class BasicReplay<DefaultChain>;

}  // namespace haulwatch
