#pragma once

#include <haulwatch/detect/manifest_match.hpp>
#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace haulwatch::detect {

struct ManifestOptions {
  Milliseconds grace = std::chrono::minutes{15};  ///< after a manifest was closed, for its load to be seen
};

/// Why no load was found for a manifest. The names are those of the wire.
enum class ManifestMismatch : std::uint8_t {
  no_load,       ///< it was closed, and no load had been taken up under it
  permit_ended,  ///< its permit's time is over, and it was neither driven nor closed nor voided
};

[[nodiscard]] constexpr std::string_view name_of(ManifestMismatch mismatch) noexcept {
  return mismatch == ManifestMismatch::no_load ? "no_load" : "permit_ended";
}

/// Tells `load_unmatched` beside the end of a trip, and keeps the trip in mind for a manifest that comes late.
inline void tell_uncovered(const World& world, const UncoveredTrip& trip, Emit& emit) {
  emit.event({EventKind::load_unmatched, trip.trip, trip.ended, trip.place, trip.inferred},
             UnmatchedLoad{trip.trip, trip.mismatch});
  world.manifests->keep_uncovered(trip);
}

/// Says which manifests no load was driven under, and mends a trip whose manifest became known after its end.
///
/// A manifest is judged some time after it was closed, or at its permit's end; one that was voided without a load is
/// in order. A trip that was told to have none, and gets one, is told again as a revision, and its `load_unmatched` is
/// taken back.
///
/// Time: nothing but a glance a fix; O(manifests on the shelf) when one changes. Memory: the shelf. Threads: immutable.
class ManifestWatch {
 public:
  struct State {};
  using Finding = NoFinding<ManifestWatch>;

  explicit ManifestWatch(ManifestOptions options = {}) noexcept : options_{options} {}

  template <class FactsView>
  void on_sample(State&, const Sample& sample, const World& world, FactsView&, Emit& emit) const noexcept {
    if (world.manifests != nullptr && world.manifests->take_changed()) wake(world, sample.time, emit);
  }

  template <class FactsView>
  void on_timer(State&, TimeUtc deadline, const World& world, FactsView&, Emit& emit) const noexcept {
    if (world.manifests == nullptr) return;
    const auto entries = world.manifests->entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].waits() || due(entries[i].note, world) > deadline) continue;
      world.manifests->mark_told(i);
      tell(entries[i].note, world, emit);
    }
    wake(world, deadline, emit);
  }

  /// Versions of manifests became known.
  void on_manifests(State&, TimeUtc now, const World& world, Emit& emit) const noexcept {
    auto& uncovered = world.manifests->uncovered();
    std::erase_if(uncovered, [&](const UncoveredTrip& trip) { return mend(trip, now, world, emit); });
    static_cast<void>(world.manifests->take_changed());
    wake(world, now, emit);
  }

 private:
  static constexpr TimeUtc never = TimeUtc::max();

  static TimeUtc permit_end(const Note& note, const World& world) noexcept {
    const auto permits = world.registry.permits();
    return note.permit_and_one == 0 || note.permit_and_one > permits.size() ? never
                                                                            : permits[note.permit_and_one - 1].valid_to;
  }

  [[nodiscard]] TimeUtc due(const Note& note, const World& world) const noexcept {
    if (note.voided_at != no_time) return never;
    if (note.closed_at == no_time) return permit_end(note, world);
    const TimeUtc known = std::max(note.closed_at, note.at);
    return known > never - options_.grace ? never : known + options_.grace;
  }

  void wake(const World& world, TimeUtc now, Emit& emit) const noexcept {
    TimeUtc next = never;
    for (const ManifestShelf::Entry& entry : world.manifests->entries())
      if (entry.waits()) next = std::min(next, due(entry.note, world));
    if (next == never)
      emit.do_not_wake();
    else
      emit.wake_at(std::max(next, now));
  }

  static void tell(const Note& note, const World& world, Emit& emit) noexcept {
    const bool closed = note.closed_at != no_time;
    const auto reason = closed ? ManifestMismatch::no_load : ManifestMismatch::permit_ended;
    const SubjectId subject = subject_of(world.vehicle, EpisodeKind::manifest, note.id, note.opened_at);
    const TimeUtc time = closed ? note.closed_at : std::max(permit_end(note, world), note.opened_at);
    emit.event({EventKind::manifest_unmatched, subject, time, std::nullopt},
               UnmatchedManifest{note.id, name_of(reason)});
  }

  /// \return whether a manifest was found
  static bool mend(const UncoveredTrip& trip, TimeUtc now, const World& world, Emit& emit) noexcept {
    LoadTaken load{trip.trip, trip.loaded_at, trip.unloaded_at, trip.origin_and_one, std::nullopt};
    if (trip.destination_and_one != 0) load.brought = trip.destination_and_one - 1;
    const TimeUtc over = trip.unloaded_at == no_time ? trip.over : now;
    const Papers papers = papers_of(world, load, over, ManifestShelf::Use::spent);
    if (papers.manifest.empty()) return false;
    haulwatch::Trip told = trip_of(world, load, papers);
    told.distance_m = trip.distance_m;
    told.faults = trip.faults;
    if (papers.cover.faults.has(TripFault::wrong_destination)) told.faults.add(TripFault::wrong_destination);
    emit.event({EventKind::trip_ended, trip.trip, trip.ended, trip.place, trip.inferred, 1}, told);
    emit.event({EventKind::load_unmatched, trip.trip, trip.ended, trip.place, trip.inferred, 1, true},
               UnmatchedLoad{trip.trip, trip.mismatch});
    return true;
  }

  ManifestOptions options_;
};

}  // namespace haulwatch::detect
