#pragma once

#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/registry.hpp>

#include <memory>
#include <optional>
#include <string>

namespace haulwatch::cli {

using io::Settings;

/// What a run stands on, read from files. An empty path gives the default. Each throws `Refused` with every fault of
/// its document, one that cannot be opened included.
[[nodiscard]] Settings load_settings(const std::string& path);
[[nodiscard]] std::shared_ptr<const registry::Registry> load_registry(const std::string& path, Datum datum);

/// \param registry nullptr where there is none: then references are not looked up
void check_manifests(const std::string& path, const registry::Registry* registry);

/// Null for an empty path.
/// \param look_up whether each reference has to be found in the registry
[[nodiscard]] std::shared_ptr<const ManifestLog> load_manifests(const std::string& path,
                                                                const registry::Registry& registry, bool look_up,
                                                                std::optional<TimeUtc> until);

}  // namespace haulwatch::cli
