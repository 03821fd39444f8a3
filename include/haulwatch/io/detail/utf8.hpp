#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// What stands at the front of a text.
struct Utf8Front {
  std::size_t bytes = 0;  ///< of the character; or of the maximal ill-formed subpart, at least 1
  bool well_formed = false;
};

/// Looks at the first character by Table 3-7 of the Unicode Standard: no overlong form, no surrogate, nothing over
/// U+10FFFF. Where it is broken, `bytes` is what the standard (section 3.9) advises to replace by one U+FFFD.
/// \param text not empty
[[nodiscard]] Utf8Front utf8_front(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Appends the text with each broken part replaced by U+FFFD.
void append_utf8(std::string& out, std::string_view text);

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace haulwatch::io::detail
