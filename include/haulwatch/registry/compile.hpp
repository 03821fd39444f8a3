#pragma once

#include <haulwatch/registry/registry.hpp>
#include <haulwatch/registry/registry_draft.hpp>

#include <cstdint>
#include <memory>

namespace haulwatch::registry {

/// Makes a `Registry` of a sound draft: positions to WGS-84 and on to local metres, references to numbers, the
/// indices.
///
/// \param version any number; events tell by it which registry they were judged by
/// \throws Refused with every fault that `check` finds
[[nodiscard]] std::shared_ptr<const Registry> compile(RegistryDraft draft, std::uint32_t version);

}  // namespace haulwatch::registry
