#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/manifest.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::registry {
class Registry;
}

namespace haulwatch::io {

/// One version of one manifest, and where it stands.
struct ManifestLine {
  Manifest manifest;
  std::uint64_t line = 0;  ///< from 1
};

/// What a file of manifests holds.
struct ManifestReading {
  std::vector<ManifestLine> lines;  ///< every version, by `at`, then as they stand in the file
  std::vector<Fault> faults;        ///< each names its line (`line 7`) as its object, and the value in that line
};

/// Reads JSON Lines, one manifest a line; blank lines are passed over. Never throws for what it reads: a line that is
/// at fault is left out and named with all its faults.
///
/// The destination is called `disposal`, or `destination`. `at` is the newest of the other times where it is absent. A
/// member that is null counts as absent, and one that is not known is passed over.
[[nodiscard]] ManifestReading read_manifests(std::string_view json_lines);

/// \throws FileError when the file cannot be read
[[nodiscard]] ManifestReading read_manifests_file(const std::string& path);

/// \throws FileError when the file cannot be read
/// \throws Refused with every fault of every line
[[nodiscard]] std::vector<ManifestLine> load_manifests(const std::string& path);

/// The last version of each manifest, by `at` and then by line, in the order of their ids.
[[nodiscard]] std::vector<Manifest> newest_versions(const std::vector<ManifestLine>& lines);

/// Names each reference of a manifest to a permit or a site that the registry does not have.
[[nodiscard]] std::vector<Fault> check_references(const std::vector<ManifestLine>& lines,
                                                  const registry::Registry& registry);

}  // namespace haulwatch::io
