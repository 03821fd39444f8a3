#pragma once

#include <haulwatch/engine/external_sorter.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/verdict.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

namespace haulwatch {

class ReplaySink;

/// Which reading of the recording gave a result: what the first gave of a vehicle that had to be sorted does not count.
enum class ReplayPass : std::uint8_t { first, second };

struct CollectedEvent {
  Event event;
  ReplayPass pass{};
};
struct CollectedRefusal {
  Fix fix;
  Verdict why{};
  ReplayPass pass{};
  bool taken_back = false;  ///< it is in the track after all
};
struct CollectedTrack {
  track::CleanedFix fix;
  std::string_view vehicle;
  std::uint32_t record = 0;
  ReplayPass pass{};
  std::uint32_t run = 0;  ///< how often the vehicle had been run again by then
};
/// A vehicle was run again: kept fixes of earlier runs do not count from `since` on.
struct VoidTrack {
  VehicleIndex vehicle{};
  std::uint32_t run = 0;
  TimeUtc since = no_time;
};

/// What one shard found since it last handed over.
struct CollectedBatch {
  std::vector<CollectedEvent> events;
  std::vector<CollectedRefusal> refusals;
  std::vector<CollectedTrack> tracks;
  std::vector<VoidTrack> voids;

  void clear() noexcept {
    events.clear();
    refusals.clear();
    tracks.clear();
    voids.clear();
  }
};

/// Gathers the results of all shards in bounded memory and gives them out in their stated orders.
///
/// Threads: `take` may be called by any number at once.
class ReplayCollector {
 public:
  ReplayCollector(std::size_t memory_bytes, const VehicleNames& names)
      : names_{names},
        events_{memory_bytes / 2, ByProof{}},
        refusals_{memory_bytes / 4, ByRecord{}},
        tracks_{memory_bytes / 4, ByVehicleAndTime{}} {}

  void take(const CollectedBatch& batch) {
    if (batch.events.empty() && batch.refusals.empty() && batch.tracks.empty() && batch.voids.empty()) return;
    const std::lock_guard lock{mutex_};
    for (const CollectedEvent& event : batch.events) events_.add(event);
    for (const CollectedRefusal& refusal : batch.refusals) refusals_.add(refusal);
    for (const CollectedTrack& track : batch.tracks) tracks_.add(track);
    for (const VoidTrack& gone : batch.voids) voids_[gone.vehicle].push_back(gone);
  }

  /// Calls `take(const Event&)` in the order of all outputs.
  /// \param sorted by vehicle: whether it was folded in the second pass
  template <class Take>
  void give_events(const std::vector<bool>& sorted, Take&& take) {
    events_.drain([&](const CollectedEvent& e) {
      const auto vehicle = names_.find(e.event.vehicle);  // none where a manifest's vehicle never reported
      if (!vehicle || counts(sorted, *vehicle, e.pass)) take(e.event);
    });
  }

  /// Refusals, then tracks. Of each fix what the last run of its vehicle made of it.
  void give_fixes(const std::vector<bool>& sorted, ReplaySink& sink);

 private:
  static bool counts(const std::vector<bool>& sorted, VehicleIndex vehicle, ReplayPass pass) {
    return sorted[static_cast<std::size_t>(vehicle)] == (pass == ReplayPass::second);
  }

  [[nodiscard]] bool is_void(const CollectedTrack& track) const noexcept;
  void give_refusals(const std::vector<bool>& sorted, ReplaySink& sink);

  struct ByProof {
    bool operator()(const CollectedEvent& a, const CollectedEvent& b) const noexcept {
      return happens_before(a.event, b.event);
    }
  };
  struct ByRecord {
    bool operator()(const CollectedRefusal& a, const CollectedRefusal& b) const noexcept {
      return a.fix.record < b.fix.record;
    }
  };
  struct ByVehicleAndTime {
    bool operator()(const CollectedTrack& a, const CollectedTrack& b) const noexcept {
      if (a.fix.vehicle != b.fix.vehicle) return a.vehicle < b.vehicle;
      if (a.fix.time != b.fix.time) return a.fix.time < b.fix.time;
      if (a.fix.verdict != b.fix.verdict) return a.fix.verdict < b.fix.verdict;
      return a.record < b.record;
    }
  };

  const VehicleNames& names_;
  std::mutex mutex_;
  ExternalSorter<CollectedEvent, ByProof> events_;
  ExternalSorter<CollectedRefusal, ByRecord> refusals_;
  ExternalSorter<CollectedTrack, ByVehicleAndTime> tracks_;
  std::map<VehicleIndex, std::vector<VoidTrack>> voids_;
};

}  // namespace haulwatch
