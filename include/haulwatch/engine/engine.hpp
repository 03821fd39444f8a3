#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/due_times.hpp>
#include <haulwatch/engine/manifest_desk.hpp>
#include <haulwatch/engine/manifest_names.hpp>
#include <haulwatch/engine/sink.hpp>
#include <haulwatch/engine/track_export.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/engine/vehicle_table.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/registry/registry.hpp>
#include <haulwatch/track/front.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch {

/// In which order a sink gets the events.
enum class Delivery : std::uint8_t {
  ordered,    ///< by (`detected`, vehicle, sequence), at ticks and at the end
  immediate,  ///< as soon as they are proven, in order within each vehicle only
};

struct EngineOptions {
  track::FrontOptions front;
  Delivery delivery = Delivery::ordered;
  bool tracks = false;  ///< give kept fixes with their cleaned places to `Sink::on_track`
  /// Which loads owe a manifest; null where there are none at all, and then none is taken.
  std::shared_ptr<const detect::ManifestDuty> manifests{};
};

/// The fold: fixes and ticks in, events out. No clock, no I/O, no thread, no global.
///
/// The same fixes give the same events in the same order, however they are cut into calls, shuffled within the
/// lateness, or interleaved with ticks. Nothing is allocated once every vehicle is known and the buffers have grown to
/// their working size. Memory: `bytes_per_vehicle` each. Threads: one at a time; two engines share nothing but an
/// immutable registry.
template <class ChainType>
class BasicEngine {
 public:
  /// \param sink must outlive the engine
  BasicEngine(std::shared_ptr<const registry::Registry> registry, ChainType chain, EngineOptions options, Sink& sink)
      : registry_{std::move(registry)},
        chain_{std::move(chain)},
        front_{options.front, registry_->has_places() ? &registry_->frame() : nullptr},
        tracks_{front_.smoother()},
        options_{std::move(options)},
        sink_{sink} {
    if (options_.manifests) manifest_names_.emplace(*registry_);
  }

  BasicEngine(const BasicEngine&) = delete;
  BasicEngine& operator=(const BasicEngine&) = delete;

  /// The number by which this engine knows a vehicle; a new vehicle gets the next one. About 10 ns, so a host that
  /// pushes many fixes of one vehicle keeps it.
  VehicleIndex vehicle(std::string_view name) {
    const VehicleIndex index = names_.intern(name);
    if (static_cast<std::size_t>(index) == vehicles_.size()) {
      vehicles_.add();
      vehicles_[index].name = names_.name(index);
      vehicles_[index].permits = registry_->permits_of(names_.name(index));
      if (options_.manifests) desks_[desks_.add()] = ManifestDesk{options_.manifests};
    }
    return index;
  }

  [[nodiscard]] std::string_view name(VehicleIndex vehicle) const noexcept { return names_.name(vehicle); }
  [[nodiscard]] std::size_t vehicle_count() const noexcept { return vehicles_.size(); }

  /// One report. \pre `fix.vehicle` came from `vehicle()`
  void push(const Fix& fix) {
    Record& record = vehicles_[fix.vehicle];
    ++pushed_;
    Pass pass{*this, record, fix.vehicle};
    front_.push(record.front, fix, slab_, pass);
    after(record, fix.vehicle);
    if (options_.delivery == Delivery::immediate) deliver_all();
  }

  void push(std::span<const Fix> fixes) {
    for (const Fix& fix : fixes) push(fix);
  }

  /// A version of a manifest, for the vehicle that it names, or for one that has it no longer: who gives a manifest to
  /// another vehicle pushes the new version for both. It counts from the event time `at` on; pushed later than the
  /// lateness allows, from where the vehicle's fold has come to. Passed over where `EngineOptions::manifests` is null.
  void push(VehicleIndex vehicle, const Manifest& manifest) {
    if (!options_.manifests) return;
    desks_[vehicle].add(manifest);
    after(vehicles_[vehicle], vehicle);
  }

  /// Time has passed: what is older than `tick.now` − lateness is released, and silent vehicles' deadlines fire.
  void advance(Tick tick) {
    if (tick.now == no_time || tick.now <= last_tick_) return;
    last_tick_ = tick.now;
    due_.take_until(tick.now, [&](VehicleIndex vehicle) { advance_vehicle(vehicle, tick.now); });
    if (options_.delivery == Delivery::ordered)
      deliver_before(release_bound(tick.now));
    else
      deliver_all();
  }

  /// The log has ended. Everything that waits is folded, and deadlines up to the newest kept fix fire.
  void finish() {
    flush_fixes();
    finish_at(newest_kept_);
  }

  /// The first half of `finish`, for a log that several engines share: all fixes are folded, no deadline fires yet.
  void flush_fixes() {
    for_each_vehicle([&](VehicleIndex vehicle, Record& record) {
      Pass pass{*this, record, vehicle};
      front_.flush(record.front, slab_, pass);
      if (options_.delivery == Delivery::immediate) deliver_all();
    });
  }

  /// The second half: silence up to and at `end` is evidence. Everything is delivered.
  void finish_at(TimeUtc end) {
    for_each_vehicle([&](VehicleIndex vehicle, Record& record) {
      if (end != no_time) {
        pass_time(record, vehicle, end + Milliseconds{1}, end + Milliseconds{1});
        // The log has no more fixes, but what it knows of manifests may mend what was told.
        pass_time(record, vehicle, no_time, TimeUtc::max());
      }
      if (options_.tracks) tracks_.finish(vehicle, sink_);
      if (options_.delivery == Delivery::immediate) deliver_all();
    });
    deliver_all();
    if (options_.delivery == Delivery::ordered) sink_.on_complete_before(TimeUtc::max());
  }

  /// Event time of the newest fix kept so far; `no_time` before the first.
  [[nodiscard]] TimeUtc newest_kept() const noexcept { return newest_kept_; }

  /// The same for one vehicle.
  [[nodiscard]] TimeUtc newest_kept(VehicleIndex vehicle) const noexcept { return vehicles_[vehicle].front.gate.time; }

  /// Event time of the vehicle's oldest fix that is not decided yet, which holds back all later events where delivery
  /// is ordered; `no_time` when none waits.
  [[nodiscard]] TimeUtc oldest_waiting(VehicleIndex vehicle) const noexcept {
    return track::Front::oldest_waiting(vehicles_[vehicle].front);
  }

  /// Forgets all that is known of a vehicle, as if it had never reported. Its counts stay.
  void forget(VehicleIndex vehicle) {
    Record& record = vehicles_[vehicle];
    take_back_waiting(record);
    const Record known = std::exchange(record, Record{});
    record.name = known.name;
    record.permits = known.permits;
    if (options_.tracks) tracks_.restore(vehicle, {});
    if (options_.manifests) desks_[vehicle] = ManifestDesk{options_.manifests};
  }

  /// Every fix pushed and decided upon falls into exactly one bucket; `waiting()` are not decided yet.
  [[nodiscard]] const VerdictCounts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::uint64_t waiting() const noexcept { return pushed_ - counts_.total(); }

  /// Where delivery is ordered: up to when all events were delivered at the last tick; `no_time` before the first.
  [[nodiscard]] TimeUtc delivered_before() const noexcept { return delivered_before_; }

  [[nodiscard]] const registry::Registry& registry() const noexcept { return *registry_; }

  /// What the stages know of a vehicle, for a view of the present.
  [[nodiscard]] const typename ChainType::State& chain_state(VehicleIndex vehicle) const noexcept {
    return vehicles_[vehicle].chain;
  }
  [[nodiscard]] const track::Front::State& front_state(VehicleIndex vehicle) const noexcept {
    return vehicles_[vehicle].front;
  }

  /// From now on notes in `touched`, once each time, which vehicles something was done about; nullptr ends that.
  void note_touched(std::vector<VehicleIndex>* touched) noexcept { touched_ = touched; }

 private:
  /// Later than every manifest that is judged by the hour, and far enough from the end of time to add to.
  static constexpr TimeUtc never = TimeUtc::max() - std::chrono::days{36'500};

  struct Record {
    track::Front::State front;
    typename ChainType::State chain;
    std::string_view name;
    std::span<const registry::PermitIndex> permits;
    TimeUtc due = no_time;        ///< the entry in `due_` that counts
    TimeUtc undecided = no_time;  ///< the entry in `undecided_` that counts
    std::uint32_t sequence = 0;
  };

 public:
  static constexpr std::size_t bytes_per_vehicle = sizeof(Record);

  /// All that an engine knows of one vehicle. Copying it in and out changes nothing in the vehicle's future.
  class Checkpoint {
   private:
    friend class BasicEngine;
    Record record;
    std::vector<Fix> waiting;
    TrackExport::State tracks;
    std::optional<ManifestDesk> manifests;
    VehicleNames manifest_ids;  ///< of `manifests`
  };

  [[nodiscard]] Checkpoint save(VehicleIndex vehicle) const {
    Checkpoint copy;
    copy.record = vehicles_[vehicle];
    const track::ReorderBuffer& waiting = copy.record.front.order.waiting;
    for (std::size_t i = 0; i < waiting.size(); ++i)
      copy.waiting.push_back(vehicles_[vehicle].front.order.waiting.at(i));
    copy.record.front.order.waiting = {};
    if (options_.tracks) copy.tracks = tracks_.save(vehicle);
    if (options_.manifests) {
      copy.manifests = desks_[vehicle];
      copy.manifests->shelf.rename_ids([&](std::string_view id) { return kept(copy.manifest_ids, id); });
    }
    return copy;
  }

  /// Puts a vehicle back as it was saved, by this engine or by another with the same registry, options and chain.
  void restore(VehicleIndex vehicle, const Checkpoint& checkpoint) {
    Record& record = vehicles_[vehicle];
    take_back_waiting(record);
    const std::string_view own_name = record.name;
    const auto own_permits = record.permits;
    record = checkpoint.record;
    record.name = own_name;
    record.permits = own_permits;
    record.due = no_time;
    record.undecided = no_time;
    Fix twin;
    for (Fix fix : checkpoint.waiting) {
      fix.vehicle = vehicle;
      record.front.order.waiting.insert(fix, slab_, twin);
    }
    for (track::PlacedFix& suspect : record.front.gate.suspects) suspect.fix.vehicle = vehicle;
    if (options_.tracks) tracks_.restore(vehicle, checkpoint.tracks);
    if (options_.manifests && checkpoint.manifests) {
      desks_[vehicle] = *checkpoint.manifests;
      desks_[vehicle].shelf.rename_ids([&](std::string_view id) { return kept(manifest_ids_, id); });
    }
    newest_kept_ = std::max(newest_kept_, record.front.gate.time);
    pushed_ += checkpoint.waiting.size() + record.front.gate.suspect_count;
    after(record, vehicle);
  }

 private:
  /// What the front has to say while one fix, or one tick, passes through one vehicle.
  struct Pass {
    BasicEngine& engine;
    Record& record;
    VehicleIndex vehicle;

    void refused(const Fix& fix, Verdict why) {
      engine.counts_.add(why);
      engine.sink_.on_refused(fix, why);
    }
    void rebase(const geo::LocalFrame& from, const geo::LocalFrame& to) { ChainType::rebase(record.chain, from, to); }
    void sample(const track::Sample& sample) {
      engine.counts_.add(Verdict::kept);
      engine.newest_kept_ = std::max(engine.newest_kept_, sample.time);
      engine.pass_time(record, vehicle, sample.time, sample.time + Milliseconds{1});
      const detect::World world = engine.world_of(record, vehicle);
      detect::Emit emit = engine.emit_of(record);
      engine.chain_.on_sample(record.chain, sample, world, emit);
      if (engine.options_.tracks) engine.tracks_.add(vehicle, sample, record.front, engine.sink_);
    }
  };

  /// What a vehicle has not decided yet counts as never pushed.
  void take_back_waiting(Record& record) noexcept {
    pushed_ -= record.front.order.waiting.size() + record.front.gate.suspect_count;
    while (!record.front.order.waiting.empty()) record.front.order.waiting.pop_front(slab_);
  }

  detect::World world_of(const Record& record, VehicleIndex vehicle) noexcept {
    return {*registry_,
            record.name,
            record.front.frame.frame,
            record.front.frame.of_registry,
            record.permits,
            options_.manifests ? &desks_[vehicle].shelf : nullptr};
  }
  detect::Emit emit_of(Record& record) noexcept {
    detect::Emit emit;
    emit.at_vehicle(events_, record.name, record.sequence, registry_->version());
    return emit;
  }

  void fire_before(Record& record, VehicleIndex vehicle, TimeUtc limit) {
    const TimeUtc next = ChainType::next_deadline(record.chain);
    if (next == no_time || next >= limit) return;
    const detect::World world = world_of(record, vehicle);
    detect::Emit emit = emit_of(record);
    chain_.fire_timers_before(record.chain, limit, world, emit);
  }

  /// Deadlines before `limit` and manifests known before `known`, in the order of time.
  void pass_time(Record& record, VehicleIndex vehicle, TimeUtc limit, TimeUtc known) {
    if (options_.manifests) {
      ManifestDesk& desk = desks_[vehicle];
      while (!desk.waiting.empty() && desk.waiting.front().at < known) {
        fire_before(record, vehicle, std::min(limit, desk.waiting.front().at));
        take_manifests(record, vehicle, desk);
      }
      desk.folded = std::max(desk.folded, std::min(known, TimeUtc::max() - Milliseconds{1}) - Milliseconds{1});
    }
    fire_before(record, vehicle, limit);
  }

  /// All that became known at one instant, at once: their order among each other tells nothing.
  void take_manifests(Record& record, VehicleIndex vehicle, ManifestDesk& desk) {
    const TimeUtc at = desk.waiting.front().at;
    for (; !desk.waiting.empty() && desk.waiting.front().at == at; desk.waiting.pop_front()) {
      const Manifest& manifest = desk.waiting.front();
      if (manifest.vehicle != record.name)
        desk.shelf.remove(manifest.id);
      else
        desk.shelf.put(manifest_names_->note(manifest, kept(manifest_ids_, manifest.id)));
    }
    const detect::World world = world_of(record, vehicle);
    detect::Emit emit = emit_of(record);
    chain_.on_manifests(record.chain, std::max({at, desk.folded, released_}), world, emit);
  }

  static std::string_view kept(VehicleNames& ids, std::string_view id) { return ids.name(ids.intern(id)); }

  void advance_vehicle(VehicleIndex vehicle, TimeUtc now) {
    Record& record = vehicles_[vehicle];
    if (record.due == no_time || record.due > now) return;  // an entry that was overtaken by a fix
    record.due = no_time;
    Pass pass{*this, record, vehicle};
    front_.advance(record.front, now, slab_, pass);
    TimeUtc limit = now - front_.order_options().lateness;
    const TimeUtc oldest = track::Front::oldest_waiting(record.front);
    if (oldest != no_time) limit = std::min(limit, oldest);
    pass_time(record, vehicle, limit, limit);
    after(record, vehicle);
    // What is due and cannot go on yet waits for the next tick.
    if (record.due != no_time && record.due <= now) reschedule(record, vehicle, now + Milliseconds{1});
  }

  /// Notes when the vehicle has something to do though it may say nothing.
  void after(Record& record, VehicleIndex vehicle) {
    TimeUtc due = front_.next_due(record.front);
    const TimeUtc deadline = ChainType::next_deadline(record.chain);
    if (deadline != no_time) {
      const TimeUtc deadline_due = deadline + front_.order_options().lateness + Milliseconds{1};
      if (due == no_time || deadline_due < due) due = deadline_due;
    }
    if (options_.manifests && !desks_[vehicle].waiting.empty()) {
      const TimeUtc known = desks_[vehicle].waiting.front().at;
      const TimeUtc known_due = std::min(known, never) + front_.order_options().lateness + Milliseconds{1};
      if (due == no_time || known_due < due) due = known_due;
    }
    if (due != no_time && (record.due == no_time || due < record.due)) reschedule(record, vehicle, due);
    if (options_.delivery == Delivery::ordered) note_undecided(record, vehicle);
    if (touched_ != nullptr) touched_->push_back(vehicle);
  }

  /// A tick decides upon all that is older than the lateness, save for what waits for a witness.
  void note_undecided(Record& record, VehicleIndex vehicle) {
    if (!track::Front::waits_for_witness(record.front)) return;
    const TimeUtc oldest = track::Front::oldest_waiting(record.front);
    if (record.undecided != no_time && record.undecided <= oldest) return;
    record.undecided = oldest;
    undecided_.add(oldest, vehicle);
  }

  void reschedule(Record& record, VehicleIndex vehicle, TimeUtc due) {
    record.due = due;
    due_.add(due, vehicle);
  }

  /// No event before this can come any more, but from fixes later than the lateness. Time: O(log n) for each vehicle
  /// whose suspects were decided upon since the last tick.
  TimeUtc release_bound(TimeUtc now) {
    TimeUtc bound = now - front_.order_options().lateness;
    while (!undecided_.empty() && undecided_.first().due < bound) {
      const auto [since, vehicle] = undecided_.first();
      Record& record = vehicles_[vehicle];
      const bool counts = record.undecided == since;
      if (counts && track::Front::oldest_waiting(record.front) == since) {
        bound = since;
        break;
      }
      undecided_.take_first();
      if (!counts) continue;  // overtaken by an older fix
      record.undecided = no_time;
      note_undecided(record, vehicle);
    }
    return bound;
  }

  void deliver_before(TimeUtc bound) {
    delivered_before_ = bound;
    released_ = std::max(released_, bound);
    const auto rest =
        std::partition(events_.begin(), events_.end(), [&](const Event& e) { return e.detected < bound; });
    std::sort(events_.begin(), rest, happens_before);
    for (auto e = events_.begin(); e != rest; ++e) sink_.on_event(*e);
    events_.erase(events_.begin(), rest);
    sink_.on_complete_before(bound);
  }

  void deliver_all() {
    if (events_.empty()) return;
    if (options_.delivery == Delivery::ordered) std::sort(events_.begin(), events_.end(), happens_before);
    for (const Event& event : events_) sink_.on_event(event);
    events_.clear();
  }

  template <class Call>
  void for_each_vehicle(Call&& call) {
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) call(VehicleIndex{i}, vehicles_[VehicleIndex{i}]);
  }

  std::shared_ptr<const registry::Registry> registry_;
  ChainType chain_;
  track::Front front_;
  TrackExport tracks_;
  EngineOptions options_;
  Sink& sink_;
  VehicleNames names_;
  VehicleTable<Record> vehicles_;
  track::FixSlab slab_;
  VehicleTable<ManifestDesk> desks_;  ///< as many as vehicles, or none where there are no manifests
  std::optional<ManifestNames> manifest_names_;
  VehicleNames manifest_ids_;  ///< texts of events, so they stay for the engine's life: some 60 B a manifest
  DueTimes due_;               ///< when a vehicle has something to do though it says nothing
  DueTimes undecided_;         ///< since when a vehicle has waited for a witness; for ordered delivery only
  std::vector<Event> events_;
  VerdictCounts counts_;
  std::uint64_t pushed_ = 0;
  TimeUtc newest_kept_ = no_time;
  TimeUtc last_tick_ = no_time;
  TimeUtc released_ = no_time;  ///< what is older has been delivered
  TimeUtc delivered_before_ = no_time;
  std::vector<VehicleIndex>* touched_ = nullptr;
};

}  // namespace haulwatch
