#pragma once

#include <haulwatch/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::io {

/// The pointer of a member: RFC 6901, with `~` and `/` in the key escaped.
[[nodiscard]] std::string pointer_to(const std::string& parent, std::string_view key);
[[nodiscard]] std::string pointer_to(const std::string& parent, std::size_t index);

struct JsonReading {
  std::optional<boost::json::value> root;  ///< nothing where the text is not JSON
  /// The syntax error, with line and column; or each key that stands twice in its object, of which the last counts.
  std::vector<Fault> faults;
};

/// Parses a whole document of JSON (RFC 8259) in UTF-8, which a byte order mark may precede. At most 64 values deep.
[[nodiscard]] JsonReading read_json(std::string_view text);

/// The same for one line of JSON Lines: a syntax error names its column only.
[[nodiscard]] JsonReading read_json_line(std::string_view line);

}  // namespace haulwatch::io
