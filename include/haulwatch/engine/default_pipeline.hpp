#pragma once

#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/pipeline.hpp>

namespace haulwatch {

extern template class detail::EngineFold<DefaultChain>;

/// The live engine over the default chain: compiled once, in the library.
using Pipeline = BasicPipeline<DefaultChain>;

}  // namespace haulwatch
