#pragma once

#include <haulwatch/io/byte_source.hpp>
#include <haulwatch/io/detail/byte_window.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace haulwatch::io {

/// How recorded frames are written down.
enum class FrameText : std::uint8_t { hex, raw };

/// Gives the bytes of a recorded stream of frames, piece by piece: hex digits line by line, raw bytes in blocks. Where
/// a frame ends is for a parser to find, so a line may hold a frame, several, or a part of one.
///
/// In hex blanks between digits are passed over, as are blank lines and those that begin with `#`.
/// Threads: one at a time.
class FrameRecording {
 public:
  struct Piece {
    std::string_view bytes;
    std::string_view text;     ///< the line, in hex
    std::uint64_t line = 0;    ///< from 1; 0 in raw bytes
    bool is_bad_text = false;  ///< the line is no even number of hex digits, and `bytes` is empty
  };

  FrameRecording(std::unique_ptr<ByteSource> source, FrameText text)
      : FrameRecording{detail::ByteWindow{std::move(source)}, text} {}
  FrameRecording(detail::ByteWindow window, FrameText text);
  ~FrameRecording();
  FrameRecording(FrameRecording&&) noexcept;
  FrameRecording& operator=(FrameRecording&&) noexcept;

  /// Goes on to the next piece, which lives until the call after this; false at the end.
  /// \throws FileError where the input breaks off
  bool next(Piece& piece);
  [[nodiscard]] const ByteSource& source() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The bytes of hex digits, blanks between them passed over, appended to `out`.
/// \return whether they are an even number of hex digits; else `out` is of no meaning
[[nodiscard]] bool append_hex_bytes(std::string& out, std::string_view digits);

}  // namespace haulwatch::io
