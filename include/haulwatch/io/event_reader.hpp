#pragma once

#include <haulwatch/event.hpp>
#include <haulwatch/io/text_store.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace haulwatch::io {

/// An id or a subject as events spell it, 16 hex digits; nothing where the text is no such.
[[nodiscard]] std::optional<std::uint64_t> read_id(std::string_view text) noexcept;

/// An event, or why a line is none.
struct EventReading {
  std::optional<Event> event;
  std::string fault;  ///< with the member's JSON pointer and what was expected
};

/// Reads one event as `append_json` writes it; members in any order, unknown ones are passed over. `sequence` is not
/// written, so it is 0.
///
/// \param texts keeps the event's texts
/// About 3 µs. Threads: any, each with its own `texts`.
[[nodiscard]] EventReading read_event(std::string_view line, TextStore& texts);

/// Reads a file of JSON Lines, plain or gzip, `-` for standard input; blank lines are passed over.
///
/// \param take called with each event and the number of its line, from 1
/// \throws FileError for a file that cannot be read, and for the first line that is no event, with its number and cause
void read_events(const std::string& path, TextStore& texts,
                 const std::function<void(const Event&, std::uint64_t line)>& take);

}  // namespace haulwatch::io
