#pragma once

#include <haulwatch/io/detail/byte_window.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace haulwatch::io::detail {

/// One element of an array, or one line of JSON Lines, as text.
struct JsonRecord {
  std::string_view text;     ///< until the next one is asked for
  std::uint64_t number = 0;  ///< of the element or the line, from 1
  bool cut = false;          ///< a line longer than `longest_line`, of which this is the beginning
};

/// Gives the records of a JSON input one by one.
class JsonRecords {
 public:
  virtual ~JsonRecords() = default;

  /// Goes on to the next record; false at the end.
  /// \throws FileError where the source breaks off, where an array does not end, or an element is over 16 MiB
  virtual bool next(JsonRecord& record) = 0;

  [[nodiscard]] virtual const ByteSource& source() const noexcept = 0;
};

/// An array if the first character that is no blank is `[`, else lines.
[[nodiscard]] std::unique_ptr<JsonRecords> json_records(ByteWindow window);

}  // namespace haulwatch::io::detail
