#pragma once

#include "event_list.hpp"
#include "fix_table.hpp"

#include <haulwatch/explain/vehicle_reports.hpp>
#include <haulwatch/io/default_settings.hpp>
#include <haulwatch/io/track_format.hpp>
#include <haulwatch/registry/registry.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace haulwatch::python {

/// An event in words, as `haulwatch explain` prints it: its text, and its JSON.
struct InWords {
  std::string text;
  std::string json;
};

/// What events are explained with; all but the events may be missing.
struct ExplainRequest {
  std::shared_ptr<const EventList> log;
  std::string id;  ///< of an event, or of the subject of some
  std::shared_ptr<const registry::Registry> registry;
  io::Settings settings;
  std::optional<std::chrono::minutes> utc_offset;
};

/// Puts the last revision of each event that is meant into words, in the order of the log.
///
/// Threads: one at a time; without the interpreter's lock.
class Explaining {
 public:
  /// \throws Error where there is no such event
  explicit Explaining(ExplainRequest request);

  /// Where reports come from, if at all; a table's are named by their row, from 0.
  void read(FixTable& table);
  void read(const std::vector<std::string>& paths, const io::TrackFormat& format);

  [[nodiscard]] std::vector<InWords> in_words() const;
  [[nodiscard]] std::uint64_t bad_rows() const noexcept { return reports_.bad_rows(); }

 private:
  ExplainRequest request_;
  std::shared_ptr<const EventList> log_;  ///< holds the texts of `background_`
  std::vector<Event> background_;
  std::vector<const Event*> events_;
  explain::VehicleReports reports_;
};

}  // namespace haulwatch::python
