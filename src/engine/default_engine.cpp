#include <haulwatch/engine/default_engine.hpp>
#include <haulwatch/engine/default_replay.hpp>

namespace haulwatch {

template class BasicEngine<DefaultChain>;
template class BasicReplay<DefaultChain>;

static_assert(Engine::bytes_per_vehicle <= 3328, "a million vehicles must fit into a small server");

}  // namespace haulwatch
