#pragma once

#include <haulwatch/io/text_store.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/units.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace haulwatch::scoring {

/// One line of a truth or events file, of any kind: also of kinds that this library does not yet emit.
///
/// Texts are views into the `RecordSet` that holds the record; a text that is absent or null is empty, a time
/// `no_time`.
struct Record {
  std::uint64_t line = 0;
  std::string_view kind;         ///< `event` of an events file, `kind` of a truth file
  std::uint64_t id = 0;          ///< hash of the text; 0 where there is none
  std::uint64_t subject = 0;     ///< hash of the text; 0 where there is none
  std::string_view vehicle;      ///< empty for what belongs to no vehicle, as leads
  std::string_view object;       ///< `site`, `zone`, `gate`, `sensor`, `lead` or `other`
  std::string_view qualifier;    ///< `direction`, `rule`, `sign` or `reason`
  std::string_view purpose;      ///< of a stop
  std::string_view origin;       ///< of a trip
  std::string_view destination;  ///< of a trip
  std::string_view faults;       ///< of a trip: sorted, joined by blanks
  std::string_view manner;       ///< how a dump was done; truth only
  std::string_view name;         ///< of a look-alike; truth only
  TimeUtc time = no_time;        ///< when it became true; where the line does not say, its start, else its end
  TimeUtc detected = no_time;    ///< when it was proven; without it no delay is counted
  TimeUtc start = no_time;       ///< `start`, or `loaded_at`
  TimeUtc end = no_time;         ///< `end`, or `unloaded_at`
  std::optional<LonLat> place;
  std::optional<double> score;
  std::uint32_t revision = 0;
  bool retracted = false;
  bool inferred = false;
  bool terminal_cut = false;  ///< truth only: the terminal was off while it happened
};

/// What a truth file says of its world as a whole, in its line of kind `world`.
struct World {
  std::optional<double> interval_s;  ///< between two reports of a driving truck
  std::optional<double> truck_days;  ///< `truck_days`, or `vehicles` × `hours` / 24
};

/// The lines of one file in their order.
struct RecordSet {
  io::TextStore texts;
  std::vector<Record> records;
  World world;
};

}  // namespace haulwatch::scoring
