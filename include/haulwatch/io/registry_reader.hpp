#pragma once

#include <haulwatch/error.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/registry/registry_draft.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

/// How a registry file is to be taken.
struct RegistryOptions {
  Datum datum = Datum::wgs84;  ///< of its coordinates, `frame` too
  std::uint32_t version = 1;   ///< told by every event that was judged by it
};

/// Reads a GeoJSON FeatureCollection with its foreign members `frame` and `permits`, in UTF-8 with or without a byte
/// order mark. A member that is null counts as absent, and one that is not known is passed over. Without `utc_offset`
/// hours of the day are UTC.
///
/// What cannot be read is named in `faults` and left out of the draft; what can be read but makes no sense (a ring that
/// crosses itself, a reference to nothing) is for `registry::check`.
[[nodiscard]] registry::RegistryDraft read_registry_draft(std::string_view json, std::vector<Fault>& faults,
                                                          Datum datum = Datum::wgs84);

/// Everything wrong with the document, whether it cannot be read or makes no sense, in the order of its pointers. What
/// merely follows from a fault already named is not named again.
[[nodiscard]] std::vector<Fault> check_registry(std::string_view json, Datum datum = Datum::wgs84);

/// \throws FileError when the file cannot be read
[[nodiscard]] std::vector<Fault> check_registry_file(const std::string& path, Datum datum = Datum::wgs84);

/// \param name what a refusal calls the document
/// \throws Refused with all that `check_registry` finds
[[nodiscard]] std::shared_ptr<const registry::Registry> parse_registry(std::string_view json,
                                                                       RegistryOptions options = {},
                                                                       const std::string& name = "registry");

/// \throws FileError when the file cannot be read
/// \throws Refused with all that `check_registry` finds
[[nodiscard]] std::shared_ptr<const registry::Registry> load_registry(const std::string& path,
                                                                      RegistryOptions options = {});

}  // namespace haulwatch::io
