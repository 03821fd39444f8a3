#pragma once

#include <haulwatch/fix.hpp>
#include <haulwatch/io/nmea/ais_message.hpp>
#include <haulwatch/io/nmea/fragment_assembler.hpp>
#include <haulwatch/io/nmea/position_sentences.hpp>
#include <haulwatch/io/nmea/sentence.hpp>
#include <haulwatch/io/strictness.hpp>
#include <haulwatch/units.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haulwatch::io::nmea {

/// Why a line, a sentence or a message was refused.
enum class Fault : std::uint8_t {
  not_a_sentence,
  no_checksum,
  checksum,
  too_long,          ///< over 1,024 bytes
  bad_rmc,           ///< date, time or place is none
  bad_gga,           ///< its time is none
  bad_ais_sentence,  ///< its counts or its letters are none
  ais_fragment,      ///< a later sentence of a message whose earlier ones did not come
  ais_length,        ///< a position report of another length than its type has
  no_time,           ///< an AIS report, and nothing says when it was heard
};
inline constexpr std::size_t fault_count = 10;

[[nodiscard]] constexpr std::string_view name_of(Fault fault) noexcept {
  constexpr std::array<std::string_view, fault_count> names{
      "not a sentence", "no checksum",      "checksum is wrong",         "line is too long",  "bad RMC",
      "bad GGA",        "bad AIS sentence", "AIS fragment out of order", "AIS report length", "no time of arrival"};
  return names[static_cast<std::size_t>(fault)];
}

/// One position.
struct Report {
  Fix fix;                   ///< its `vehicle` is not set
  std::string_view vehicle;  ///< the MMSI of an AIS report; empty for RMC, which names nobody
};

/// Who is told what a parser finds. All views live until the call returns.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_fix(const Report& report) = 0;
  /// Every whole AIS message, before what was read from it: names and voyages (types 5 and 24) are in here.
  virtual void on_ais(const AisBits& /*message*/) {}
  /// Every sentence with a fitting checksum, before what was read from it.
  virtual void on_sentence(const Sentence& /*sentence*/) {}
  virtual void on_refused(Fault /*fault*/, std::string_view /*line*/) {}
};

struct Counts {
  std::uint64_t lines = 0;      ///< blank ones too
  std::uint64_t sentences = 0;  ///< taken
  std::uint64_t fixes = 0;
  std::uint64_t other_sentences = 0;             ///< neither RMC, GGA nor AIS; the listener has them
  std::array<std::uint64_t, 64> ais_messages{};  ///< by type
  std::array<std::uint64_t, fault_count> refused{};
  std::array<std::uint64_t, fault_count> tolerated{};

  [[nodiscard]] std::uint64_t refused_as(Fault fault) const noexcept {
    return refused[static_cast<std::size_t>(fault)];
  }
  [[nodiscard]] std::uint64_t tolerated_as(Fault fault) const noexcept {
    return tolerated[static_cast<std::size_t>(fault)];
  }
};

/// Reads the bytes of one receiver, or a log of them: NMEA 0183 (RMC, with the HDOP of the GGA of the same instant) and
/// AIS (AIVDM, AIVDO: types 1, 2, 3, 18, 19).
///
/// An RMC names no vehicle, and whoever reads it says whose receiver it is. AIS tells the second and not the minute:
/// the time is the nearest one with that second to when the sentence was heard, by its tag block or trailing Unix time,
/// by `push`, or by the last base station's clock (type 4), in this order.
///
/// Bytes may come in pieces of any size. An RMC waits for a GGA behind it once one has been seen there: `finish` gives
/// it out when nothing more comes.
/// Memory: 12 KiB, no allocation. Threads: one at a time.
class StreamParser {
 public:
  explicit StreamParser(Strictness strictness = Strictness::strict) noexcept : strictness_{strictness} {}

  /// \param heard when these bytes came; `no_time` when it is not known
  void push(std::string_view bytes, Listener& listener, TimeUtc heard = no_time);
  /// Takes a last line without a line end, and gives out what waits.
  void finish(Listener& listener, TimeUtc heard = no_time);

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  /// AIS messages of which sentences are missing.
  [[nodiscard]] std::uint64_t ais_given_up() const noexcept { return fragments_.given_up(); }

 private:
  static constexpr std::size_t longest_line = 1024;
  struct Context {
    Listener& listener;
    TimeUtc heard;
    std::string_view line;
  };
  struct WaitingRmc {
    RmcReport report;
    TimeUtc heard = no_time;
    std::uint32_t record = 0;
  };

  void take_line(std::string_view line, Listener& listener, TimeUtc heard);
  [[nodiscard]] bool is_passable(LineFault fault, Context& context);
  void take_rmc(const Sentence& sentence, Context& context);
  void take_gga(const Sentence& sentence, Context& context);
  void give_waiting(Reading hdop, Listener& listener);
  void take_ais(const Sentence& sentence, Context& context);
  void take_ais_message(const AisBits& message, Context& context);
  void refuse(Fault fault, Context& context);

  Strictness strictness_;
  std::array<char, longest_line> line_;
  std::size_t size_ = 0;
  bool line_too_long_ = false;
  FragmentAssembler fragments_;
  std::optional<GgaReport> last_gga_;
  std::optional<Milliseconds> last_rmc_;
  std::optional<WaitingRmc> waiting_;
  bool gga_follows_ = false;  ///< this receiver sends GGA behind the RMC of the same instant
  TimeUtc clock_ = no_time;   ///< of the last base station
  Counts counts_;
};

}  // namespace haulwatch::io::nmea
