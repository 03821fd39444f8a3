#pragma once

#include <haulwatch/engine/detail/status_of.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/engine/sink.hpp>
#include <haulwatch/engine/vehicle_status.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::detail {

enum class FeedKind : std::uint8_t {
  fix,
  vehicle_met,  ///< `fix.vehicle` is the pipeline's number of a vehicle that the shard has not met
  tick,         ///< `fix.time` is the time
  idle,         ///< nothing will come until the source wakes
};

/// What travels from a source to a shard.
struct FeedItem {
  Fix fix;
  std::uint32_t pushed_us = 0;  ///< since the pipeline began, and round after 71 minutes
  FeedKind kind = FeedKind::fix;
};
static_assert(sizeof(FeedItem) <= 80);

struct FoundRefusal {
  Fix fix;
  Verdict why{};
  std::string_view vehicle;
  bool reinstated = false;  ///< it was refused for `why`, and is in the track now
};

struct FoundTrack {
  track::CleanedFix fix;
  std::string_view vehicle;
  TimeUtc again_since =
      no_time;  ///< if it is a time: only this, and that the vehicle's track follows anew from then on
};

/// What was found and is on its way to the sink. Vehicles have the pipeline's numbers.
struct Found {
  std::vector<Event> events;
  std::vector<FoundRefusal> refusals;
  std::vector<FoundTrack> tracks;

  [[nodiscard]] bool empty() const noexcept { return events.empty() && refusals.empty() && tracks.empty(); }
  void clear() noexcept {
    events.clear();
    refusals.clear();
    tracks.clear();
  }
  void append(const Found& other) {
    events.insert(events.end(), other.events.begin(), other.events.end());
    refusals.insert(refusals.end(), other.refusals.begin(), other.refusals.end());
    tracks.insert(tracks.end(), other.tracks.begin(), other.tracks.end());
  }
};

/// The vehicles of one source on one shard, as the shard drives them without knowing their chain.
///
/// One engine for each source and shard: a source's ticks speak for its own vehicles alone, so what an engine sees does
/// not depend on how the sources run against each other. Threads: the shard's.
class SourceFold {
 public:
  virtual ~SourceFold() = default;
  /// The vehicle gets the next number of this fold: 0, 1, 2 …
  /// \param status where its status goes
  virtual void meet(VehicleIndex outside, std::string_view name, StatusCell& status) = 0;
  virtual void push(std::span<const FeedItem> fixes, Found& found) = 0;
  virtual void advance(TimeUtc now, Found& found) = 0;
  virtual void flush_fixes(Found& found) = 0;
  virtual void finish_at(TimeUtc end, Found& found) = 0;
  /// See `BasicEngine::delivered_before`.
  [[nodiscard]] virtual TimeUtc delivered_before() const noexcept = 0;
  [[nodiscard]] virtual TimeUtc newest_kept() const noexcept = 0;
  [[nodiscard]] virtual const VerdictCounts& counts() const noexcept = 0;
};

using MakeFold = std::function<std::unique_ptr<SourceFold>()>;

template <class ChainType>
class EngineFold final : public SourceFold, private Sink {
 public:
  EngineFold(std::shared_ptr<const registry::Registry> registry, const ChainType& chain, const EngineOptions& options)
      : engine_{std::move(registry), chain, options, *this} {
    engine_.note_touched(&touched_);
  }

  void meet(VehicleIndex outside, std::string_view name, StatusCell& status) override {
    engine_.vehicle(name);
    vehicles_.push_back({outside, &status, 0});
  }
  void push(std::span<const FeedItem> fixes, Found& found) override {
    found_ = &found;
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      if (i + ahead < fixes.size()) engine_.prepare_arrival(fixes[i + ahead].fix.vehicle);
      engine_.push(fixes[i].fix);
    }
    tell_status();
  }
  void advance(TimeUtc now, Found& found) override {
    found_ = &found;
    engine_.advance({now});
    tell_status();
  }
  void flush_fixes(Found& found) override {
    found_ = &found;
    engine_.flush_fixes();
  }
  void finish_at(TimeUtc end, Found& found) override {
    found_ = &found;
    engine_.finish_at(end);
  }
  [[nodiscard]] TimeUtc delivered_before() const noexcept override { return engine_.delivered_before(); }
  [[nodiscard]] TimeUtc newest_kept() const noexcept override { return engine_.newest_kept(); }
  [[nodiscard]] const VerdictCounts& counts() const noexcept override { return engine_.counts(); }

 private:
  struct Vehicle {
    VehicleIndex outside{};
    StatusCell* status = nullptr;
    std::uint32_t told_in = 0;
  };

  /// Once for each vehicle of a batch, however many fixes it had.
  void tell_status() noexcept {
    ++batch_;
    for (const VehicleIndex touched : touched_) {
      Vehicle& vehicle = vehicles_[static_cast<std::size_t>(touched)];
      if (std::exchange(vehicle.told_in, batch_) == batch_) continue;
      vehicle.status->write(status_of(engine_.chain_state(touched), engine_.front_state(touched), engine_.registry()));
    }
    touched_.clear();
  }

  void on_event(const Event& event) override { found_->events.push_back(event); }
  void on_refused(const Fix& fix, Verdict why) override { keep({fix, why, engine_.name(fix.vehicle)}); }
  void on_reinstated(const Fix& fix, Verdict was) override { keep({fix, was, engine_.name(fix.vehicle), true}); }
  void on_track(const track::CleanedFix& fix) override { keep({fix, engine_.name(fix.vehicle)}); }
  void on_track_again(VehicleIndex vehicle, TimeUtc since) override {
    track::CleanedFix none;
    none.vehicle = vehicle;
    keep({none, engine_.name(vehicle), since});
  }
  void keep(FoundRefusal refusal) {
    refusal.fix.vehicle = outside(refusal.fix.vehicle);
    found_->refusals.push_back(refusal);
  }
  void keep(FoundTrack track) {
    track.fix.vehicle = outside(track.fix.vehicle);
    found_->tracks.push_back(track);
  }
  [[nodiscard]] VehicleIndex outside(VehicleIndex inside) const noexcept {
    return vehicles_[static_cast<std::size_t>(inside)].outside;
  }

  Found* found_ = nullptr;
  std::vector<Vehicle> vehicles_;  ///< by the engine's number
  std::vector<VehicleIndex> touched_;
  std::uint32_t batch_ = 0;
  BasicEngine<ChainType> engine_;
};

}  // namespace haulwatch::detail
