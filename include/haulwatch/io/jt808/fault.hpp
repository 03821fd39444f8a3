#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace haulwatch::io::jt808 {

/// Why a frame, a message or a position in it was refused.
enum class Fault : std::uint8_t {
  bad_escape,          ///< 7D is followed by neither 01 nor 02
  too_short,           ///< fewer bytes than a header and a check byte
  too_long,            ///< more bytes than any frame may have
  check_byte,          ///< the XOR of the frame is not zero
  body_length,         ///< the header states another length than the body has
  encrypted_body,      ///< the header says that the body is encrypted
  part_number,         ///< a part of a split message that is none of its parts
  too_many_parts,      ///< a split message longer than the assembly has room for
  parts_missing,       ///< a split message given up before all its parts had come
  location_too_short,  ///< fewer than 28 bytes where a location is expected
  location_time,       ///< its time is no date
  batch_lengths,       ///< the items of a batch do not add up to its body
  recorder_block,      ///< an upload of a driving recorder that is none
};
inline constexpr std::size_t fault_count = 13;

[[nodiscard]] constexpr std::string_view name_of(Fault fault) noexcept {
  constexpr std::array<std::string_view, fault_count> names{"bad escape",
                                                            "frame is too short",
                                                            "frame is too long",
                                                            "check byte is wrong",
                                                            "body length",
                                                            "body is encrypted",
                                                            "part number",
                                                            "too many parts",
                                                            "parts missing",
                                                            "location too short",
                                                            "location time is wrong",
                                                            "batch lengths do not add up",
                                                            "recorder block"};
  return names[static_cast<std::size_t>(fault)];
}

}  // namespace haulwatch::io::jt808
