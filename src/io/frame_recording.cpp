#include <haulwatch/io/frame_recording.hpp>

#include <haulwatch/io/detail/byte_window.hpp>
#include <haulwatch/io/detail/number_text.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace haulwatch::io {
namespace {

[[nodiscard]] std::optional<unsigned> digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

bool append_hex_bytes(std::string& out, std::string_view digits) {
  std::optional<unsigned> first;
  for (const char c : digits) {
    if (detail::is_blank(c)) continue;
    const std::optional<unsigned> value = digit_value(c);
    if (!value) return false;
    if (first) out.push_back(static_cast<char>(*first << 4U | *value));
    first = first ? std::nullopt : value;
  }
  return !first;
}

struct FrameRecording::State {
  /// Raw pieces are small, so that one makes no more than some hundred fixes.
  static constexpr std::size_t longest_piece = 16U << 10;

  State(detail::ByteWindow window, FrameText text) {
    if (text == FrameText::hex) {
      input.emplace<detail::LineWindow>(std::move(window));
    } else {
      input.emplace<detail::ByteWindow>(std::move(window));
    }
  }

  bool next_line(detail::LineWindow& lines, Piece& piece) {
    for (detail::Line line; lines.next(line);) {
      const std::string_view text = detail::trimmed(line.text);
      if (text.empty() || text.starts_with('#')) continue;
      bytes.clear();
      piece = {{}, line.text, line.number, line.cut || !append_hex_bytes(bytes, text)};
      if (!piece.is_bad_text) piece.bytes = bytes;
      return true;
    }
    return false;
  }

  bool next_block(detail::ByteWindow& window, Piece& piece) {
    window.take(std::exchange(taken, 0));
    if (window.ahead().empty() && !window.more()) return false;
    piece = {window.ahead().substr(0, longest_piece), {}, 0, false};
    taken = piece.bytes.size();
    return true;
  }

  std::variant<std::monostate, detail::ByteWindow, detail::LineWindow> input;
  std::size_t taken = 0;
  std::string bytes;
};

FrameRecording::FrameRecording(detail::ByteWindow window, FrameText text)
    : state_{std::make_unique<State>(std::move(window), text)} {}
FrameRecording::~FrameRecording() = default;
FrameRecording::FrameRecording(FrameRecording&&) noexcept = default;
FrameRecording& FrameRecording::operator=(FrameRecording&&) noexcept = default;

bool FrameRecording::next(Piece& piece) {
  if (auto* lines = std::get_if<detail::LineWindow>(&state_->input)) return state_->next_line(*lines, piece);
  return state_->next_block(std::get<detail::ByteWindow>(state_->input), piece);
}

const ByteSource& FrameRecording::source() const noexcept {
  if (const auto* lines = std::get_if<detail::LineWindow>(&state_->input)) return lines->source();
  return std::get<detail::ByteWindow>(state_->input).source();
}

}  // namespace haulwatch::io
