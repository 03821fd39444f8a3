#pragma once

#include <haulwatch/detect/stage.hpp>
#include <haulwatch/engine/chain.hpp>
#include <haulwatch/engine/detail/prefetch.hpp>
#include <haulwatch/engine/due_times.hpp>
#include <haulwatch/engine/due_wheel.hpp>
#include <haulwatch/engine/late_fixes.hpp>
#include <haulwatch/engine/manifest_desk.hpp>
#include <haulwatch/engine/manifest_names.hpp>
#include <haulwatch/engine/sink.hpp>
#include <haulwatch/engine/track_export.hpp>
#include <haulwatch/engine/vehicle_journal.hpp>
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
  JournalOptions journal;
  bool tracks = false;  ///< give kept fixes with their cleaned places to `Sink::on_track`
  /// Which loads owe a manifest; null where there are none at all, and then none is taken.
  std::shared_ptr<const detect::ManifestDuty> manifests{};
};

/// The fold: fixes and ticks in, events out. No clock, no I/O, no thread, no global.
///
/// The same fixes give the same events in the same order, however they are cut into calls, shuffled within the
/// lateness, or interleaved with ticks. What is later than that is put in its place by the vehicle's journal, and
/// listeners are told what has changed, as revisions: in the end they know what perfect order would have told them.
/// Nothing is allocated once every vehicle is known and the buffers have grown to their working size. Memory:
/// `bytes_per_vehicle` each, and the journals. Threads: one at a time; two engines share nothing but an immutable
/// registry.
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
        sink_{sink},
        journal_pool_{options_.tracks, options_.manifests != nullptr} {
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
      if (has_journal()) journals_.add();
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
    if (has_journal()) merge_what_is_due(record, fix.vehicle, arrival_of(record, fix));
    Pass pass{*this, record, fix.vehicle};
    front_.push(record.front, fix, slab_, pass);
    after(record, fix.vehicle);
    if (options_.delivery == Delivery::immediate) deliver_all();
  }

  /// The same for many at once, in their order: the vehicles of those to come are on their way from memory meanwhile.
  void push(std::span<const Fix> fixes) {
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      if (i + ahead < fixes.size()) prepare_arrival(fixes[i + ahead].vehicle);
      push(fixes[i]);
    }
  }

  /// Has what a fix of this vehicle touches as it arrives brought near from memory, for a `push` some hundred
  /// nanoseconds later; with `prepare` all that one touches when it is folded at once, as in a recording.
  void prepare_arrival(VehicleIndex vehicle) const noexcept { prefetch_arrival(vehicles_[vehicle]); }
  void prepare(VehicleIndex vehicle) const noexcept {
    prefetch_release(vehicles_[vehicle]);
    if (has_journal()) journals_[vehicle].prefetch();
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
    due_.take_until(
        tick.now, [&](VehicleIndex vehicle) { advance_vehicle(vehicle, tick.now); },
        [&](VehicleIndex vehicle) { prepare(vehicle); },
        [&](VehicleIndex vehicle) {
          if (has_journal()) journals_[vehicle].prefetch_block();
        });
    if (options_.delivery == Delivery::ordered)
      deliver_before(release_bound(tick.now));
    else
      deliver_all();
  }

  /// The log has ended. Everything that waits is folded, and deadlines up to the newest kept fix fire.
  void finish() {
    flush_fixes();
    finish_at(newest_kept());
  }

  /// The first half of `finish`, for a log that several engines share: all fixes are folded, no deadline fires yet.
  void flush_fixes() {
    for_each_vehicle([&](VehicleIndex vehicle, Record& record) {
      if (has_journal()) merge_late(record, vehicle);
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
  [[nodiscard]] TimeUtc newest_kept() const noexcept {
    if (reruns_ == 0) return newest_kept_;
    TimeUtc newest = newest_forgotten_;  // what was kept once may have been refused since
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) newest = std::max(newest, newest_kept(VehicleIndex{i}));
    return newest;
  }

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
    take_back_waiting(record, vehicle);
    newest_forgotten_ = std::max(newest_forgotten_, record.front.gate.time);
    if (has_journal()) journals_[vehicle].clear(journal_pool_);
    const Record known = std::exchange(record, Record{});
    record.name = known.name;
    record.permits = known.permits;
    if (options_.tracks) tracks_.restore(vehicle, {});
    if (options_.manifests) desks_[vehicle] = ManifestDesk{options_.manifests};
  }

  /// Every fix pushed and decided upon falls into exactly one bucket; `waiting()` are not decided yet.
  [[nodiscard]] const VerdictCounts& counts() const noexcept { return counts_; }
  /// How often a vehicle was run again so that late fixes could be put in their place.
  [[nodiscard]] std::uint64_t reruns() const noexcept { return reruns_; }
  /// What the journals of all vehicles hold. Time: O(vehicles).
  [[nodiscard]] JournalUse journal_use() const noexcept {
    JournalUse use;
    for (std::uint32_t i = 0; i < journals_.size(); ++i) {
      const track::Journal& fixes = journals_[VehicleIndex{i}].fixes;
      use.fixes += fixes.size();
      use.fix_bytes += fixes.blocks() * track::Block::size;
    }
    use.bytes = journal_pool_.bytes_in_use() + journals_.size() * sizeof(VehicleJournal);
    return use;
  }
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

  /// What a fix touches as it arrives lies first, and what it touches when its turn has come lies next.
  struct alignas(64) Record {
    TimeUtc due = no_time;        ///< the entry in `due_` that counts
    TimeUtc undecided = no_time;  ///< the entry in `undecided_` that counts
    TimeUtc fired = no_time;      ///< the last deadline that a tick has fired: an older fix is late
    std::uint32_t sequence = 0;
    bool late_wait = false;  ///< the lane of its journal is not empty: else nobody has to look there
    std::string_view name;
    std::span<const registry::PermitIndex> permits;
    track::Front::State front;
    typename ChainType::State chain;
  };
  static void prefetch_arrival(const Record& record) noexcept {
    detail::prefetch(&record, &record.front.frame);
    // When it is due next depends on these.
    detail::prefetch(&record.front.gate.suspect_count, std::size_t{1});
    detail::prefetch(&record.chain, std::size_t{1});
  }
  static void prefetch_release(const Record& record) noexcept {
    detail::prefetch(&record, &record.front.gate.suspects);
    ChainType::prefetch(record.chain);
  }

  /// What of a vehicle is put back when it is run again: all that lies behind the order of its fixes.
  struct RunState {
    track::IdentityParting::State identity;
    track::JumpGate::State gate;
    track::Smoother::State smoother;
    track::FrameState frame;
    typename ChainType::State chain;
  };
  using VehicleJournal = haulwatch::VehicleJournal<RunState>;

 public:
  static constexpr std::size_t bytes_per_vehicle = sizeof(Record);

  /// All that an engine knows of one vehicle. Copying it in and out changes nothing in the vehicle's future.
  class Checkpoint {
   private:
    friend class BasicEngine;
    Record record;
    std::vector<Fix> waiting;
    TrackExport::State tracks;
    typename VehicleJournal::Saved journal;
    std::optional<ManifestDesk> manifests;
    VehicleNames manifest_ids;                        ///< of `manifests`
    std::shared_ptr<const VehicleNames> journal_ids;  ///< of `journal`, whose texts are views
  };

  [[nodiscard]] Checkpoint save(VehicleIndex vehicle) const {
    Checkpoint copy;
    copy.record = vehicles_[vehicle];
    const track::ReorderBuffer& waiting = copy.record.front.order.waiting;
    for (std::size_t i = 0; i < waiting.size(); ++i)
      copy.waiting.push_back(vehicles_[vehicle].front.order.waiting.at(i));
    copy.record.front.order.waiting = {};
    if (options_.tracks) copy.tracks = tracks_.save(vehicle);
    if (has_journal()) {
      copy.journal = journals_[vehicle].save();
      copy.journal_ids = manifest_ids_;
    }
    if (options_.manifests) {
      copy.manifests = desks_[vehicle];
      copy.manifests->shelf.rename_ids([&](std::string_view id) { return kept(copy.manifest_ids, id); });
    }
    return copy;
  }

  /// Puts a vehicle back as it was saved, by this engine or by another with the same registry, options and chain.
  void restore(VehicleIndex vehicle, const Checkpoint& checkpoint) {
    Record& record = vehicles_[vehicle];
    take_back_waiting(record, vehicle);
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
      desks_[vehicle].shelf.rename_ids([&](std::string_view id) { return kept(*manifest_ids_, id); });
    }
    newest_kept_ = std::max(newest_kept_, record.front.gate.time);
    pushed_ += checkpoint.waiting.size() + record.front.gate.suspect_count;
    if (has_journal()) {
      journals_[vehicle].restore(checkpoint.journal, journal_pool_);
      if (checkpoint.journal_ids != manifest_ids_ &&
          std::find(ids_of_others_.begin(), ids_of_others_.end(), checkpoint.journal_ids) == ids_of_others_.end())
        ids_of_others_.push_back(checkpoint.journal_ids);
      pushed_ += journals_[vehicle].lane.size();
    }
    after(record, vehicle);
  }

 private:
  /// What the front has to say while one fix, or one tick, passes through one vehicle.
  struct Pass {
    BasicEngine& engine;
    Record& record;
    VehicleIndex vehicle;

    void refused(const Fix& fix, Verdict why) {
      if (engine.has_journal()) {
        if (engine.takes_late(record, fix, why)) return;
        if (is_of_gate(why)) engine.journals_[vehicle].refuse(fix.time, why);
      }
      engine.counts_.add(why);
      engine.sink_.on_refused(fix, why);
    }
    bool released(const Fix& fix) {
      if (!engine.has_journal()) return true;
      VehicleJournal& journal = engine.journals_[vehicle];
      if (fix.time <= record.fired) {
        engine.add_late(record, journal, fix);
        return false;
      }
      engine.enter_in_journal(record, {fix, false}, journal.book.said());
      return true;
    }
    void rebase(const geo::LocalFrame& from, const geo::LocalFrame& to) { ChainType::rebase(record.chain, from, to); }
    void sample(const track::Sample& sample) {
      engine.counts_.add(engine.has_journal() ? engine.journals_[vehicle].keep(sample.time) : Verdict::kept);
      engine.newest_kept_ = std::max(engine.newest_kept_, sample.time);
      if (engine.options_.manifests || engine.is_due_before(record, sample.time))
        engine.pass_time(record, vehicle, sample.time, sample.time + Milliseconds{1});
      const std::size_t before = engine.out_->size();
      const detect::World world = engine.world_of(record, vehicle);
      detect::Emit emit = engine.emit_of(record);
      engine.chain_.on_sample(record.chain, sample, world, emit);
      engine.enter_in_book(vehicle, before);
      if (engine.options_.tracks) engine.tracks_.add(vehicle, sample, record.front, engine.sink_);
    }
  };

  /// What the front says of a vehicle that is run again.
  struct RerunPass {
    BasicEngine& engine;
    Record& record;
    VehicleIndex vehicle;

    void refused(const Fix& fix, Verdict why) {
      engine.journals_[vehicle].refuse(fix.time, why);
      engine.rerun_.refused.push_back({fix, why});
    }
    void rebase(const geo::LocalFrame& from, const geo::LocalFrame& to) { ChainType::rebase(record.chain, from, to); }
    void sample(const track::Sample& sample) {
      engine.journals_[vehicle].keep(sample.time);
      engine.newest_kept_ = std::max(engine.newest_kept_, sample.time);
      engine.pass_time(record, vehicle, sample.time, sample.time + Milliseconds{1});
      const detect::World world = engine.world_of(record, vehicle);
      detect::Emit emit = engine.emit_of(record);
      engine.chain_.on_sample(record.chain, sample, world, emit);
      if (engine.options_.tracks) engine.tracks_.add(vehicle, sample, record.front, engine.sink_);
    }
  };

  /// Room for what one run again needs; kept for the next.
  struct Rerun {
    struct Refusal {
      Fix fix;
      Verdict why{};
      bool told = false;  ///< by the run before
    };
    LateFixes fixes;
    RunCheckpoint<RunState> from;
    TrackExport::State tracks;
    KnownManifests manifests;
    TimeUtc folded = no_time;  ///< how far the vehicle's manifests were
    std::vector<typename VehicleJournal::Refused> refused_before;
    std::vector<Refusal> refused;
    std::vector<LoggedEvent> said_before;
    std::vector<Event> said;
    std::vector<Event> news;
  };

  /// What stages say goes elsewhere while this lives.
  class SpeaksAside {
   public:
    SpeaksAside(std::vector<Event>*& out, std::vector<Event>& aside, std::vector<Event>& home) noexcept
        : out_{out}, home_{home} {
      // NOLINTNEXTLINE(cppcoreguidelines-prefer-member-initializer): what the reference names is set, not the reference
      out_ = &aside;
    }
    ~SpeaksAside() { out_ = &home_; }
    SpeaksAside(const SpeaksAside&) = delete;
    SpeaksAside& operator=(const SpeaksAside&) = delete;

   private:
    std::vector<Event>*& out_;
    std::vector<Event>& home_;
  };

  [[nodiscard]] bool runs_again() const noexcept { return out_ != &events_; }
  [[nodiscard]] bool has_journal() const noexcept { return options_.journal.horizon > Milliseconds{0}; }

  /// The clock of arrival, as far as a fix tells it.
  [[nodiscard]] TimeUtc arrival_of(const Record& record, const Fix& fix) const noexcept {
    return fix.received != no_time ? fix.received : std::max(record.front.order.newest, last_tick_);
  }

  /// A fix is going to be run.
  void enter_in_journal(const Record& record, const track::JournalledFix& fix, std::uint64_t said) {
    const VehicleIndex vehicle = fix.fix.vehicle;
    journals_[vehicle].append(fix, options_.journal, said, record.fired, journal_pool_,
                              [&](RunState& run, TrackExport::State* tracks, KnownManifests* manifests) {
                                run.identity = record.front.identity;
                                run.gate = record.front.gate;
                                run.smoother = record.front.smoother;
                                run.frame = record.front.frame;
                                run.chain = record.chain;
                                if (tracks != nullptr) *tracks = tracks_.save(vehicle);
                                if (manifests == nullptr) return;
                                manifests->shelf = desks_[vehicle].shelf;
                                manifests->folded = desks_[vehicle].folded;
                              });
  }

  /// What was said from that place of `events_` on goes to listeners under the names by which they know it.
  void enter_in_book(VehicleIndex vehicle, std::size_t from) {
    if (from == out_->size() || !has_journal() || runs_again()) return;
    EpisodeBook& book = journals_[vehicle].book;
    std::size_t left = from;
    for (std::size_t i = from; i < events_.size(); ++i)
      if (book.tell(events_[i], journal_pool_.blocks)) events_[left++] = events_[i];
    events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(left), events_.end());
  }

  /// Whether a fix that the order refuses is one for the journal. A second one for the instant released last is: it may
  /// be the better one.
  bool takes_late(Record& record, const Fix& fix, Verdict why) {
    const bool is_late =
        why == Verdict::late || (why == Verdict::duplicate && fix.time <= record.front.order.last_released);
    if (!is_late || fix.time < record.front.order.newest - options_.journal.horizon) return false;
    VehicleJournal& journal = journals_[fix.vehicle];
    if (journal.mark_before(fix.time) == nullptr) return false;
    add_late(record, journal, fix);
    return true;
  }

  void add_late(Record& record, VehicleJournal& journal, const Fix& fix) {
    record.late_wait = true;
    const TimeUtc arrival = arrival_of(record, fix);
    if (journal.lane.empty()) journal.lane_limit = arrival + options_.journal.patience;
    journal.lane.append({fix, true}, journal_pool_.blocks);
    constexpr std::size_t most = 65'536;
    journal.lane_due =
        journal.lane.size() < most ? std::min(arrival + options_.journal.quiet, journal.lane_limit) : arrival;
  }

  void merge_what_is_due(Record& record, VehicleIndex vehicle, TimeUtc now) {
    if (record.late_wait && now >= journals_[vehicle].lane_due) merge_late(record, vehicle);
  }

  /// Puts the vehicle's late fixes in their place, runs it again from before the first of them, and tells what has
  /// changed.
  void merge_late(Record& record, VehicleIndex vehicle) {
    if (!record.late_wait) return;
    VehicleJournal& journal = journals_[vehicle];
    const auto* mark = take_out_late(journal, vehicle);
    record.late_wait = false;
    LateFixes& fixes = rerun_.fixes;
    fixes.journalled.clear();
    if (mark != nullptr)
      track::Journal::read(mark->block, [&](const track::JournalledFix& fix) {
        fixes.journalled.push_back(fix);
        fixes.journalled.back().fix.vehicle = vehicle;
      });
    fixes.merge();
    if (fixes.first_change != no_time) mark = journal.mark_before(fixes.first_change);
    if (fixes.first_change != no_time && mark != nullptr) run_again(record, vehicle, *mark);
    for (const Fix& twin : fixes.twins) {
      counts_.add(Verdict::duplicate);
      sink_.on_refused(twin, Verdict::duplicate);
    }
    after(record, vehicle);
  }

  /// The late fixes to `rerun_`. What the journal does not reach back to any more is refused.
  /// \returns the mark before the first of the others
  const typename VehicleJournal::Mark* take_out_late(VehicleJournal& journal, VehicleIndex vehicle) {
    std::vector<track::JournalledFix>& late = rerun_.fixes.late;
    late.clear();
    TimeUtc first = no_time;
    track::Journal::read(journal.lane.first_block(), [&](const track::JournalledFix& one) {
      Fix fix = one.fix;
      fix.vehicle = vehicle;
      if (journal.mark_before(fix.time) == nullptr) {
        counts_.add(Verdict::late);
        sink_.on_refused(fix, Verdict::late);
        return;
      }
      late.push_back({fix, true});
      if (first == no_time || fix.time < first) first = fix.time;
    });
    journal.lane.clear(journal_pool_.blocks);
    return first == no_time ? nullptr : journal.mark_before(first);
  }

  void run_again(Record& record, VehicleIndex vehicle, typename VehicleJournal::Mark mark) {
    ++reruns_;
    VehicleJournal& journal = journals_[vehicle];
    const VerdictCounts decided_before = journal.decided;
    std::vector<track::JournalledFix>& run = rerun_.fixes.run;
    const auto is_behind = [&](const track::JournalledFix& f) { return f.fix.time > mark.block->before; };
    if (mark.block != nullptr) run.erase(run.begin(), std::find_if(run.begin(), run.end(), is_behind));
    go_back(record, vehicle, mark);  // gives the mark's block back: it is not to be looked at any more
    const std::uint32_t sequence = record.sequence;
    rerun_.said.clear();
    rerun_.refused.clear();
    {
      const SpeaksAside aside{out_, rerun_.said, events_};
      RerunPass pass{*this, record, vehicle};
      for (const track::JournalledFix& fix : run) {
        enter_in_journal(record, fix, rerun_.from.said + rerun_.said.size());
        front_.rerun(record.front, fix.fix, pass);
      }
      come_to_the_present(record, pass);
    }
    record.sequence = sequence;
    counts_ += journal.decided;
    counts_ -= decided_before;
    tell_refusals();
    rerun_.news.clear();
    journal.book.settle(rerun_.said_before, rerun_.said, rerun_.news, journal_pool_.blocks);
    for (Event& event : rerun_.news) {
      event.sequence = record.sequence++;
      events_.push_back(event);
    }
  }

  void go_back(Record& record, VehicleIndex vehicle, const typename VehicleJournal::Mark& mark) {
    record.fired = mark.block != nullptr && mark.after > mark.block->before ? mark.after : no_time;
    VehicleJournal& journal = journals_[vehicle];
    journal.go_back(mark, rerun_.from, rerun_.tracks, rerun_.manifests, rerun_.refused_before, journal_pool_);
    if (options_.manifests) take_back_manifests(journal, desks_[vehicle]);
    journal.book.take_back(rerun_.from.said, record.name, rerun_.said_before, journal_pool_.blocks);
    RunState& run = rerun_.from.run;
    for (track::PlacedFix& suspect : run.gate.suspects) suspect.fix.vehicle = vehicle;
    record.front.identity = run.identity;
    record.front.gate = run.gate;
    record.front.smoother = run.smoother;
    record.front.frame = run.frame;
    record.chain = run.chain;
    if (!options_.tracks) return;
    tracks_.restore(vehicle, rerun_.tracks);
    const TimeUtc pending = TrackExport::oldest_pending(rerun_.tracks);
    const TimeUtc next = rerun_.fixes.run.front().fix.time;
    sink_.on_track_again(vehicle, pending != no_time ? std::min(pending, next) : next);
  }

  /// The manifests that became known since the checkpoint become known anew.
  void take_back_manifests(VehicleJournal& journal, ManifestDesk& desk) {
    desk.shelf = rerun_.manifests.shelf ? *rerun_.manifests.shelf : detect::ManifestShelf{options_.manifests};
    rerun_.folded = std::exchange(desk.folded, rerun_.manifests.folded);
    for (const Manifest& manifest : journal.manifests_since(rerun_.manifests)) desk.add(manifest);
    journal.forget_manifests_since(rerun_.manifests);
  }

  /// What the last tick had decided upon is decided upon anew, and every manifest that was known is known.
  void come_to_the_present(Record& record, RerunPass& pass) {
    TimeUtc resolved = no_time;
    TimeUtc limit = no_time;
    if (last_tick_ != no_time) {
      limit = last_tick_ - front_.order_options().lateness;
      if (!record.front.order.waiting.empty()) limit = std::min(limit, record.front.order.waiting.front().time);
      resolved = front_.resolve_before(record.front, limit, pass);
      limit = deadline_limit(record, last_tick_);
    }
    const TimeUtc known = options_.manifests && rerun_.folded != no_time ? rerun_.folded + Milliseconds{1} : limit;
    if (limit == no_time && known == no_time) return;
    const TimeUtc fired = pass_time(record, pass.vehicle, limit, known);
    record.fired = std::max({record.fired, resolved, fired});
  }

  /// Of fixes that the run before had refused and this one has not, and the other way round.
  void tell_refusals() {
    auto& refused = rerun_.refused;
    auto next = refused.begin();  // both runs refuse in much the same order
    for (const auto& before : rerun_.refused_before) {
      const auto is_it = [&](const typename Rerun::Refusal& r) { return !r.told && r.fix.time == before.time; };
      auto again = std::find_if(next, refused.end(), is_it);
      if (again == refused.end() && (again = std::find_if(refused.begin(), next, is_it)) == next) again = refused.end();
      if (again != refused.end() && again->why == before.why) {
        again->told = true;
        next = again + 1;
      } else if (const Fix* fix = fix_run_before(before.time)) {
        sink_.on_reinstated(*fix, before.why);
      }
    }
    for (const auto& refusal : refused)
      if (!refusal.told) sink_.on_refused(refusal.fix, refusal.why);
  }

  [[nodiscard]] const Fix* fix_run_before(TimeUtc time) const noexcept {
    const auto& journalled = rerun_.fixes.journalled;
    const auto found = std::lower_bound(journalled.begin(), journalled.end(), time,
                                        [](const track::JournalledFix& f, TimeUtc t) { return f.fix.time < t; });
    if (found != journalled.end() && found->fix.time == time) return &found->fix;
    for (const track::PlacedFix& suspect : rerun_.from.run.gate.suspects)
      if (suspect.fix.time == time) return &suspect.fix;
    return nullptr;
  }

  /// What a vehicle has not decided yet counts as never pushed.
  void take_back_waiting(Record& record, VehicleIndex vehicle) noexcept {
    pushed_ -= record.front.order.waiting.size() + record.front.gate.suspect_count;
    if (has_journal()) pushed_ -= journals_[vehicle].lane.size();
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
    emit.at_vehicle(*out_, record.name, record.sequence, registry_->version());
    return emit;
  }

  static bool is_due_before(const Record& record, TimeUtc limit) noexcept {
    const TimeUtc next = ChainType::next_deadline(record.chain);
    return next != no_time && next < limit;
  }

  /// \returns the last deadline that was fired; `no_time` when there was none
  TimeUtc fire_before(Record& record, VehicleIndex vehicle, TimeUtc limit) {
    if (!is_due_before(record, limit)) return no_time;
    const detect::World world = world_of(record, vehicle);
    detect::Emit emit = emit_of(record);
    return chain_.fire_timers_before(record.chain, limit, world, emit);
  }

  /// Deadlines before `limit` and manifests known before `known`, in the order of time.
  /// \returns the last instant at which anything was done; `no_time` when there was none
  TimeUtc pass_time(Record& record, VehicleIndex vehicle, TimeUtc limit, TimeUtc known) {
    const std::size_t before = out_->size();
    TimeUtc last = no_time;
    if (options_.manifests) {
      ManifestDesk& desk = desks_[vehicle];
      while (!desk.waiting.empty() && desk.waiting.front().at < known) {
        last = std::max(
            {last, desk.waiting.front().at, fire_before(record, vehicle, std::min(limit, desk.waiting.front().at))});
        take_manifests(record, vehicle, desk);
      }
      desk.folded = std::max(desk.folded, std::min(known, TimeUtc::max() - Milliseconds{1}) - Milliseconds{1});
    }
    last = std::max(last, fire_before(record, vehicle, limit));
    enter_in_book(vehicle, before);
    return last;
  }

  /// All that became known at one instant, at once: their order among each other tells nothing.
  void take_manifests(Record& record, VehicleIndex vehicle, ManifestDesk& desk) {
    const TimeUtc at = desk.waiting.front().at;
    for (; !desk.waiting.empty() && desk.waiting.front().at == at; desk.waiting.pop_front()) {
      const Manifest& manifest = desk.waiting.front();
      if (has_journal()) journals_[vehicle].manifests.push_back(manifest);
      if (manifest.vehicle != record.name)
        desk.shelf.remove(manifest.id);
      else
        desk.shelf.put(manifest_names_->note(manifest, kept(*manifest_ids_, manifest.id)));
    }
    const detect::World world = world_of(record, vehicle);
    detect::Emit emit = emit_of(record);
    // A vehicle that is run again hears of them when it would have in good time.
    const TimeUtc moment = runs_again() ? std::max(at, desk.folded) : std::max({at, desk.folded, released_});
    chain_.on_manifests(record.chain, moment, world, emit);
  }

  static std::string_view kept(VehicleNames& ids, std::string_view id) { return ids.name(ids.intern(id)); }

  void advance_vehicle(VehicleIndex vehicle, TimeUtc now) {
    Record& record = vehicles_[vehicle];
    if (record.due == no_time || record.due > now) return;  // an entry that was overtaken by a fix
    record.due = no_time;
    if (has_journal()) merge_what_is_due(record, vehicle, now);
    Pass pass{*this, record, vehicle};
    const TimeUtc resolved = front_.advance(record.front, now, slab_, pass);
    const TimeUtc limit = deadline_limit(record, now);
    const TimeUtc fired = pass_time(record, vehicle, limit, limit);
    record.fired = std::max({record.fired, resolved, fired});
    after(record, vehicle);
    // What is due and cannot go on yet waits for the next tick.
    if (record.due != no_time && record.due <= now) reschedule(record, vehicle, now + Milliseconds{1});
  }

  /// Deadlines before this can fire when time has passed up to `now`.
  TimeUtc deadline_limit(const Record& record, TimeUtc now) const noexcept {
    const TimeUtc limit = now - front_.order_options().lateness;
    const TimeUtc oldest = track::Front::oldest_waiting(record.front);
    return oldest != no_time ? std::min(limit, oldest) : limit;
  }

  /// Notes when the vehicle has something to do though it may say nothing.
  void after(Record& record, VehicleIndex vehicle) {
    TimeUtc due = front_.next_due(record.front);
    const TimeUtc deadline = ChainType::next_deadline(record.chain);
    if (deadline != no_time) {
      const TimeUtc deadline_due = deadline + front_.order_options().lateness + Milliseconds{1};
      if (due == no_time || deadline_due < due) due = deadline_due;
    }
    if (record.late_wait) {
      const TimeUtc lane_due = journals_[vehicle].lane_due;
      if (due == no_time || lane_due < due) due = lane_due;
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
  std::shared_ptr<VehicleNames> manifest_ids_ =
      std::make_shared<VehicleNames>();  ///< texts of events, so they stay for the engine's life: some 60 B a manifest
  DueWheel due_;                         ///< when a vehicle has something to do though it says nothing
  DueTimes undecided_;                   ///< since when a vehicle has waited for a witness; for ordered delivery only
  std::vector<Event> events_;
  std::vector<Event>* out_ = &events_;  ///< where stages speak into
  VehicleTable<VehicleJournal> journals_;
  std::vector<std::shared_ptr<const VehicleNames>> ids_of_others_;  ///< in journals that came from other engines
  typename VehicleJournal::Pool journal_pool_;
  Rerun rerun_;
  std::uint64_t reruns_ = 0;
  VerdictCounts counts_;
  std::uint64_t pushed_ = 0;
  TimeUtc newest_kept_ = no_time;
  TimeUtc newest_forgotten_ = no_time;
  TimeUtc last_tick_ = no_time;
  TimeUtc released_ = no_time;  ///< what is older has been delivered
  TimeUtc delivered_before_ = no_time;
  std::vector<VehicleIndex>* touched_ = nullptr;
};

}  // namespace haulwatch
