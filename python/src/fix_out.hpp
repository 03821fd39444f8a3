#pragma once

#include "fix_table.hpp"
#include "out_table.hpp"

#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace haulwatch::python {

/// The columns of the project's own format of tracks, without rows.
[[nodiscard]] OutTable empty_fixes();
void add_fix(OutTable& fixes, std::string_view vehicle, const Fix& fix);

/// All that a tracks CSV in memory says. \throws Error for a row that cannot be read: for texts of our own making
[[nodiscard]] std::shared_ptr<const OutTable> fixes_of_csv(const std::string& csv);

struct DecodedFrames {
  std::shared_ptr<const OutTable> fixes;
  std::uint64_t refused = 0;
  std::vector<std::pair<std::string, std::uint64_t>> refused_by_cause;
  bool ends_within_frame = false;
};

/// JT/T 808 frames as bytes or as hex digits, in memory. \param profile a file; empty for the standard's own bits
[[nodiscard]] DecodedFrames decode_jt808(std::string_view frames, bool is_hex, const std::string& profile,
                                         bool lenient);

/// For each row of the table, in its order, the nearest route: its id, how far, how far along, whether within its
/// corridor. A row that cannot be read has nulls. \throws Error where the registry has no route
[[nodiscard]] std::shared_ptr<const OutTable> nearest_routes(FixTable& table, const registry::Registry& registry);

}  // namespace haulwatch::python
