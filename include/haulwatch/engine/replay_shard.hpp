#pragma once

#include <haulwatch/engine/batch_queue.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/engine/replay_collector.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace haulwatch {

/// What a shard does with a vehicle whose rows are more disordered than the lateness.
enum class OnLate : std::uint8_t { refuse, set_vehicle_aside };

/// Fixes on their way to one shard, with the names of the vehicles that it has not met.
struct ShardBatch {
  std::vector<Fix> fixes;
  std::vector<std::pair<VehicleIndex, std::string_view>> met;
};

/// One part of a replay: an engine of its own for its own vehicles.
///
/// Vehicles have the recording's numbers outside and the engine's inside. Threads: one at a time; the collector is
/// shared.
template <class ChainType>
class ReplayShard : private Sink {
 public:
  ReplayShard(std::shared_ptr<const registry::Registry> registry, const ChainType& chain, EngineOptions options,
              ReplayCollector& collector, ReplayPass pass, OnLate on_late, const ManifestLog* manifests)
      : collector_{collector},
        manifests_{manifests},
        pass_{pass},
        on_late_{on_late},
        tracks_{options.tracks},
        engine_{std::move(registry), chain, immediate(std::move(options)), *this} {}

  void fold(const ShardBatch& batch) {
    for (const auto& [vehicle, name] : batch.met) meet(vehicle, name);
    constexpr std::size_t ahead = 4;
    for (std::size_t i = 0; i < batch.fixes.size(); ++i) {
      if (i + ahead < batch.fixes.size()) prepare(batch.fixes[i + ahead].vehicle);
      push(batch.fixes[i]);
    }
    hand_over();
  }

  [[nodiscard]] bool has_met(VehicleIndex outside) const noexcept {
    const auto i = static_cast<std::size_t>(outside);
    return i < inside_.size() && inside_[i] != not_met;
  }

  /// A vehicle that the recording has manifests of and no fix.
  void meet_unheard(std::string_view name) { push_manifests(engine_.vehicle(name), name); }

  void flush_fixes() {
    engine_.flush_fixes();
    hand_over();
  }

  /// \param end `no_time` fires no deadline
  void finish_at(TimeUtc end) {
    engine_.finish_at(end);
    hand_over();
  }

  /// Newest kept event time of the vehicles that were not set aside.
  [[nodiscard]] TimeUtc newest_kept() const noexcept {
    TimeUtc newest = no_time;
    for (std::size_t i = 0; i < vehicles_.size(); ++i)
      if (!vehicles_[i].set_aside)
        newest = std::max(newest, engine_.newest_kept(VehicleIndex{static_cast<std::uint32_t>(i)}));
    return newest;
  }

  /// Of the vehicles that were not set aside.
  [[nodiscard]] VerdictCounts counts() const noexcept {
    if (on_late_ == OnLate::refuse) return engine_.counts();  // no vehicle was set aside
    VerdictCounts all;
    for (const Vehicle& vehicle : vehicles_) {
      if (vehicle.set_aside) continue;
      all += vehicle.refused;
      all.add(Verdict::kept, vehicle.pushed - vehicle.refused.total());
    }
    return all;
  }

  [[nodiscard]] std::uint64_t reruns() const noexcept { return engine_.reruns(); }
  [[nodiscard]] JournalUse journal_use() const noexcept { return engine_.journal_use(); }

  [[nodiscard]] std::uint64_t vehicles_seen() const noexcept {
    return static_cast<std::uint64_t>(
        std::count_if(vehicles_.begin(), vehicles_.end(), [](const Vehicle& v) { return !v.set_aside; }));
  }

  template <class Call>
  void for_each_set_aside(Call&& call) const {
    for (const Vehicle& vehicle : vehicles_)
      if (vehicle.set_aside) call(vehicle.outside);
  }

 private:
  struct Vehicle {
    VehicleIndex outside{};
    bool set_aside = false;
    std::uint64_t pushed = 0;
    VerdictCounts refused;
    std::uint32_t run = 0;  ///< how often it was run again
  };
  static constexpr std::uint32_t not_met = ~std::uint32_t{0};

  static EngineOptions immediate(EngineOptions options) noexcept {
    options.delivery = Delivery::immediate;
    return options;
  }

  void meet(VehicleIndex outside, std::string_view name) {
    const auto i = static_cast<std::size_t>(outside);
    if (inside_.size() <= i) inside_.resize(std::max(i + 1, 2 * inside_.size()), not_met);
    const VehicleIndex inside = engine_.vehicle(name);
    inside_[i] = static_cast<std::uint32_t>(inside);
    vehicles_.push_back(Vehicle{outside, false, 0, {}});
    push_manifests(inside, name);
  }

  void push_manifests(VehicleIndex inside, std::string_view name) {
    if (manifests_ == nullptr) return;
    for (const Manifest& manifest : manifests_->of(name)) engine_.push(inside, manifest);
  }

  void prepare(VehicleIndex outside) const noexcept {
    const std::uint32_t inside = inside_[static_cast<std::size_t>(outside)];
    if (!vehicles_[inside].set_aside) engine_.prepare(VehicleIndex{inside});
  }

  void push(const Fix& from_outside) {
    Fix fix = from_outside;
    const std::uint32_t inside = inside_[static_cast<std::size_t>(fix.vehicle)];
    Vehicle& vehicle = vehicles_[inside];
    if (vehicle.set_aside) return;
    fix.vehicle = VehicleIndex{inside};
    ++vehicle.pushed;
    engine_.push(fix);
    if (vehicle.set_aside) engine_.forget(fix.vehicle);
  }

  void on_event(const Event& event) override { out_.events.push_back({event, pass_}); }

  void on_refused(const Fix& fix, Verdict why) override {
    Vehicle& vehicle = vehicles_[static_cast<std::size_t>(fix.vehicle)];
    const bool by_order = why == Verdict::late || (why == Verdict::too_old && fix.received == no_time);
    if (on_late_ == OnLate::set_vehicle_aside && by_order) {
      vehicle.set_aside = true;
      return;
    }
    vehicle.refused.add(why);
    CollectedRefusal refusal{fix, why, pass_, false};
    refusal.fix.vehicle = vehicle.outside;
    out_.refusals.push_back(refusal);
    if (tracks_) {
      track::CleanedFix raw;
      raw.time = fix.time;
      raw.position = fix.position;
      raw.vehicle = vehicle.outside;
      raw.verdict = why;
      raw.delay_s = track::delay_of(fix);
      raw.repaired = fix.repaired;
      out_.tracks.push_back({raw, engine_.name(fix.vehicle), fix.record, pass_, vehicle.run});
    }
  }

  void on_reinstated(const Fix& fix, Verdict was) override {
    Vehicle& vehicle = vehicles_[static_cast<std::size_t>(fix.vehicle)];
    vehicle.refused.remove(was);
    CollectedRefusal refusal{fix, was, pass_, true};
    refusal.fix.vehicle = vehicle.outside;
    out_.refusals.push_back(refusal);
  }

  void on_track_again(VehicleIndex inside, TimeUtc since) override {
    Vehicle& vehicle = vehicles_[static_cast<std::size_t>(inside)];
    out_.voids.push_back({vehicle.outside, ++vehicle.run, since});
  }

  void on_track(const track::CleanedFix& fix) override {
    track::CleanedFix outside = fix;
    outside.vehicle = vehicles_[static_cast<std::size_t>(fix.vehicle)].outside;
    const std::uint32_t run = vehicles_[static_cast<std::size_t>(fix.vehicle)].run;
    out_.tracks.push_back({outside, engine_.name(fix.vehicle), 0, pass_, run});
  }

  void hand_over() {
    collector_.take(out_);
    out_.clear();
  }

  ReplayCollector& collector_;
  const ManifestLog* manifests_;
  ReplayPass pass_;
  OnLate on_late_;
  bool tracks_;
  std::vector<std::uint32_t> inside_;  ///< by the recording's number
  std::vector<Vehicle> vehicles_;      ///< by the engine's number
  CollectedBatch out_;
  BasicEngine<ChainType> engine_;
};

/// Brings fixes to their shards: directly when there is one, else through a bounded queue to a thread each.
///
/// What a shard throws is thrown again by `push` or `join` on the reader's thread. Threads: the reader's.
template <class ChainType>
class ShardThreads {
 public:
  using Shard = ReplayShard<ChainType>;

  ShardThreads(std::vector<std::unique_ptr<Shard>>& shards, const VehicleNames& names)
      : shards_{shards},
        names_{names},
        batches_(shards.size()),
        queues_(shards.size() > 1 ? shards.size() : 0),
        failures_(shards.size()) {
    for (std::size_t i = 0; i < queues_.size(); ++i) threads_.emplace_back([this, i] { run(i); });
  }

  ShardThreads(const ShardThreads&) = delete;
  ShardThreads& operator=(const ShardThreads&) = delete;

  ~ShardThreads() {
    for (auto& queue : queues_) queue.close();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

  void push(const Fix& fix) {
    const auto vehicle = static_cast<std::size_t>(fix.vehicle);
    const std::size_t shard = vehicle % shards_.size();
    ShardBatch& batch = batches_[shard];
    if (vehicle >= met_.size()) met_.resize(std::max(vehicle + 1, 2 * met_.size()));
    if (!met_[vehicle]) {
      met_[vehicle] = true;
      batch.met.emplace_back(fix.vehicle, names_.name(fix.vehicle));
    }
    batch.fixes.push_back(fix);
    if (batch.fixes.size() == batch_size) send(shard);
  }

  /// Waits until every shard has folded what it was given.
  void join() {
    for (std::size_t i = 0; i < shards_.size(); ++i) send(i);
    for (auto& queue : queues_) queue.close();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    for (const std::exception_ptr& failure : failures_)
      if (failure) std::rethrow_exception(failure);
  }

 private:
  static constexpr std::size_t batch_size = 1024;

  void send(std::size_t shard) {
    ShardBatch& batch = batches_[shard];
    if (batch.fixes.empty()) return;
    if (queues_.empty()) {
      shards_[shard]->fold(batch);
      batch.fixes.clear();
      batch.met.clear();
    } else {
      batch = queues_[shard].push(std::move(batch));
      batch.fixes.clear();
      batch.met.clear();
    }
  }

  void run(std::size_t i) noexcept {
    ShardBatch batch;
    while (queues_[i].pop(batch)) {
      if (failures_[i]) continue;  // drained, so that the reader never waits for a shard that has failed
      try {
        shards_[i]->fold(batch);
      } catch (...) {
        failures_[i] = std::current_exception();
      }
    }
  }

  std::vector<std::unique_ptr<Shard>>& shards_;
  const VehicleNames& names_;
  std::vector<ShardBatch> batches_;
  std::vector<BatchQueue<ShardBatch>> queues_;
  std::vector<std::thread> threads_;
  std::vector<std::exception_ptr> failures_;
  std::vector<bool> met_;
};

}  // namespace haulwatch
