#include <haulwatch/io/jt808/recorder_positions.hpp>

#include <haulwatch/io/jt808/location.hpp>

#include <chrono>
#include <functional>
#include <numeric>

namespace haulwatch::io::jt808 {
namespace {

using detail::u16_at;
using detail::u32_at;

constexpr std::uint8_t positions_command = 0x09;
constexpr std::size_t minutes = 60;
constexpr std::size_t minute_size = 11;  // longitude, latitude, height, speed
constexpr std::size_t time_size = 6;
constexpr std::size_t block_size = time_size + minutes * minute_size;

}  // namespace

bool holds_recorder_positions(Bytes body) noexcept {
  return body.size() > 2 && body[2] == positions_command;
}

std::optional<RecorderPositions> RecorderPositions::read(Bytes body) noexcept {
  constexpr std::size_t packet_at = 3;  // serial of the question, command
  constexpr std::size_t packet_front = 6;
  if (!holds_recorder_positions(body) || body.size() < packet_at + packet_front + 1) return std::nullopt;
  const Bytes packet = body.subspan(packet_at);
  const std::size_t length = u16_at(packet, 3);
  const bool sound = u16_at(packet, 0) == 0x557A && packet[2] == positions_command &&
                     packet.size() == packet_front + length + 1 && length % block_size == 0 &&
                     std::accumulate(packet.begin(), packet.end(), std::uint8_t{0}, std::bit_xor<>{}) == 0;
  if (!sound) return std::nullopt;
  return RecorderPositions{packet.subspan(packet_front, length)};
}

bool RecorderPositions::next(RecordedPosition& position) noexcept {
  while (!blocks_.empty()) {
    while (minute_ < minutes) {
      if (read_minute(blocks_, minute_++, position)) return true;
    }
    minute_ = 0;
    blocks_ = blocks_.subspan(block_size);
  }
  return false;
}

bool RecorderPositions::read_minute(Bytes block, std::size_t minute, RecordedPosition& position) noexcept {
  constexpr std::uint32_t no_place = 0x7FFFFFFF;
  constexpr std::uint32_t no_record = 0xFFFFFFFF;
  constexpr double steps_a_degree = 600'000.0;  // 0.0001 minutes
  const std::uint32_t lon = u32_at(block, time_size + minute * minute_size);
  const std::uint32_t lat = u32_at(block, time_size + minute * minute_size + 4);
  for (const std::uint32_t part : {lon, lat}) {
    if (part == no_place || part == no_record) return false;
  }
  const std::optional<TimeUtc> start = read_time(block.first(time_size));
  if (!start) return false;
  position.time = *start + std::chrono::minutes{minute};
  position.position = {static_cast<std::int32_t>(lon) / steps_a_degree,
                       static_cast<std::int32_t>(lat) / steps_a_degree};
  return true;
}

}  // namespace haulwatch::io::jt808
