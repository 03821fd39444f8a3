#pragma once

#include <haulwatch/detect/map_shift_watch.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/geo/map_shift.hpp>
#include <haulwatch/lon_lat.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/units.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

namespace haulwatch {

struct MapGuardOptions {
  detect::MapShiftOptions shift;
  Milliseconds min_stop = std::chrono::minutes{2};  ///< shorter ones are lights and queues
  std::size_t most_held = 50'000;                   ///< events, until they go on though nothing is known of the map
  Datum tracks_read_as = Datum::wgs84;              ///< for the words of the cure
  Datum registry_read_as = Datum::wgs84;            ///< likewise
};

/// Lets nobody be accused of dumping by a shifted map.
///
/// Stands between the merged events of a replay and where they go. Until the stops have shown that tracks and registry
/// agree, all events are held in their order; then they go on as they are. Show the stops a shift instead, it is told
/// by `map_shift_suspected` at the moment of its proof, and no `dump_suspected` goes on, from the first event to the
/// last. A single vehicle whose own stops show a shift, where the fleet's show none, has a terminal that sends shifted
/// places: it is named, and not accused from there on. What is let through depends on the events alone.
///
/// Time: nine look-ups a stop. Memory: at most `most_held` events, 40 B a vehicle, and the id of each suspicion.
/// Threads: one at a time.
class MapGuard {
 public:
  using Take = std::function<void(const Event&)>;

  MapGuard(std::shared_ptr<const registry::Registry> registry, MapGuardOptions options, Take take);

  /// \param event in the order of `happens_before`; its texts have to live until `finish`
  void on_event(const Event& event);
  /// The events have ended: what is held goes on.
  void finish();

  /// Suspicions that were not let through.
  [[nodiscard]] std::uint64_t withheld() const noexcept { return withheld_; }

 private:
  enum class Map : std::uint8_t { unknown, right, shifted };
  struct Vehicle {
    detect::MapShiftCounts counts;
    bool shifted = false;
  };

  void note_stop(const Event& event);
  void judge_fleet(const Event& event);
  void judge_vehicle(const Event& event, std::string_view name, Vehicle& vehicle);
  void release();
  void pass(const Event& event);
  void pass_found_before(const Event* event);
  [[nodiscard]] bool may_accuse(const Event& event);
  [[nodiscard]] Event finding_of(const Event& proof, std::string_view vehicle, geo::MapShift shift,
                                 const detect::MapShiftCounts& counts);

  std::shared_ptr<const registry::Registry> registry_;
  MapGuardOptions options_;
  Take take_;
  Map map_ = Map::unknown;
  detect::MapShiftCounts fleet_;
  std::map<std::string_view, Vehicle> vehicles_;
  std::vector<Event> held_;
  std::vector<Event> found_;   ///< told of a vehicle, until its own events of that moment have gone on
  std::set<EventId> accused_;  ///< suspicions that went on, whose revisions have to follow
  std::uint64_t withheld_ = 0;
  std::uint32_t told_ = 0;
};

}  // namespace haulwatch
