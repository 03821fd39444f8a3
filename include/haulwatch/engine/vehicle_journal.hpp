#pragma once

#include <haulwatch/detect/manifest_shelf.hpp>
#include <haulwatch/engine/detail/prefetch.hpp>
#include <haulwatch/engine/episode_book.hpp>
#include <haulwatch/engine/track_export.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/manifest.hpp>
#include <haulwatch/track/block_pool.hpp>
#include <haulwatch/track/journal.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace haulwatch {

struct JournalOptions {
  /// How far behind the vehicle's newest fix a late one may lie and still be put in its place. 0: none is.
  Milliseconds horizon = std::chrono::hours{24};
  /// An upload goes on while its pieces come no further apart than this, by the clock of arrival. The vehicle is run
  /// again once it is over: so ten thousand late fixes cost one run, and a revision waits for this long.
  Milliseconds quiet = std::chrono::seconds{30};
  /// However long an upload goes on, what has come of it is put in place so long after its first piece.
  Milliseconds patience = std::chrono::minutes{5};
  /// The most that one vehicle's fixes may take. Beyond it the oldest are dropped, and its horizon is shorter.
  std::size_t bytes_per_vehicle = std::size_t{8} << 20U;
};

/// What journals hold.
struct JournalUse {
  std::uint64_t fixes = 0;
  std::size_t fix_bytes = 0;  ///< the blocks that they lie in
  std::size_t bytes = 0;      ///< of everything: those, checkpoints, what was told, late fixes that wait

  JournalUse& operator+=(const JournalUse& other) noexcept {
    fixes += other.fixes;
    fix_bytes += other.fix_bytes;
    bytes += other.bytes;
    return *this;
  }
};

/// What a vehicle's run knew of manifests, and how many it had come to.
struct KnownManifests {
  std::optional<detect::ManifestShelf> shelf;  ///< none: a new vehicle's
  TimeUtc folded = no_time;
  std::uint64_t taken = 0;
};

/// A state to run a vehicle again from, and how far its logs were when it was in it.
template <class RunState>
struct RunCheckpoint {
  /// Late fixes that the jump gate has not decided upon. It holds two at most.
  struct LateSuspects {
    std::array<TimeUtc, 3> times{};
    std::uint8_t count = 0;
  };

  RunState run;
  std::uint64_t said = 0;     ///< events
  std::uint64_t refused = 0;  ///< fixes
  VerdictCounts decided;
  LateSuspects late;
};

/// What is kept of one vehicle so that late fixes can be put in their place: its fixes, states to begin again from,
/// what was told of it, and the late fixes that wait for their upload to end.
///
/// A state is saved before the first fix of every eighth block of the journal, some 550 fixes apart, and the older ones
/// are thinned out: of those so many blocks ago, one in each eighth of that is left. So a run again is longer than it
/// has to be by at most an eighth or eight blocks (half a millisecond), and there are no more than eight states for
/// each doubling of the age. Threads: its engine's.
template <class RunState>
class VehicleJournal {
 public:
  using Checkpoint = RunCheckpoint<RunState>;
  using LateSuspects = typename Checkpoint::LateSuspects;

  /// Room for one checkpoint.
  struct Slot {
    Checkpoint* checkpoint = nullptr;
    TrackExport::State* tracks = nullptr;  ///< nullptr where none are asked for
    KnownManifests* manifests = nullptr;   ///< nullptr where there are none
  };

  /// Everything that vehicles' journals are made of, shared by those of one engine. What is given back is kept for the
  /// next.
  class Pool {
   public:
    Pool(bool with_tracks, bool with_manifests) noexcept : with_tracks_{with_tracks}, with_manifests_{with_manifests} {}

    Slot take() {
      if (free_.empty()) grow();
      const Slot slot = free_.back();
      free_.pop_back();
      return slot;
    }
    void give_back(Slot slot) noexcept { free_.push_back(slot); }

    [[nodiscard]] std::size_t bytes_in_use() const noexcept {
      const std::size_t checkpoint = sizeof(Checkpoint) + (with_tracks_ ? sizeof(TrackExport::State) : 0) +
                                     (with_manifests_ ? sizeof(KnownManifests) : 0);
      return blocks.blocks_in_use() * track::Block::size +
             (checkpoints_.size() * slab_size - free_.size()) * checkpoint;
    }

    track::BlockPool blocks;

   private:
    static constexpr std::size_t slab_size = 32;

    void grow() {
      checkpoints_.push_back(std::make_unique<Checkpoint[]>(slab_size));
      if (with_tracks_) tracks_.push_back(std::make_unique<TrackExport::State[]>(slab_size));
      if (with_manifests_) manifests_.push_back(std::make_unique<KnownManifests[]>(slab_size));
      if (free_.capacity() < checkpoints_.size() * slab_size) free_.reserve(2 * checkpoints_.size() * slab_size);
      for (std::size_t i = slab_size; i > 0; --i)
        free_.push_back({&checkpoints_.back()[i - 1], with_tracks_ ? &tracks_.back()[i - 1] : nullptr,
                         with_manifests_ ? &manifests_.back()[i - 1] : nullptr});
    }

    bool with_tracks_;
    bool with_manifests_;
    std::vector<std::unique_ptr<Checkpoint[]>> checkpoints_;
    std::vector<std::unique_ptr<TrackExport::State[]>> tracks_;
    std::vector<std::unique_ptr<KnownManifests[]>> manifests_;
    std::vector<Slot> free_;
  };

  struct Refused {
    TimeUtc time = no_time;
    Verdict why{};
  };

  /// A checkpoint, and the block before whose first fix it was taken.
  struct Mark {
    std::uint32_t number = 0;
    track::Block* block = nullptr;  ///< nullptr where no fix was ever run: the checkpoint is a new vehicle's state
    TimeUtc after = no_time;  ///< fixes up to this time, and deadlines that a tick had fired, have gone into the state
    Slot slot;
  };

  track::Journal fixes;
  track::Journal lane;  ///< late fixes, in order of arrival
  TimeUtc lane_due = no_time;
  TimeUtc lane_limit = no_time;
  EpisodeBook book;
  VerdictCounts decided;
  LateSuspects late;               ///< of the fixes that the gate has not decided upon
  std::deque<Manifest> manifests;  ///< that the run has come to, in that order

  /// Takes a fix that is about to be run.
  /// \param fired the last deadline that a tick has fired
  /// \param save `(RunState&, TrackExport::State*, KnownManifests*)` writes the state before it; called where one is
  /// due. What happened before the vehicle's first fix, as to its manifests, happens again in each run from there: so
  /// that checkpoint is a new vehicle's state, and any fix may come before the first.
  template <class Save>
  void append(const track::JournalledFix& fix, const JournalOptions& options, std::uint64_t said, TimeUtc fired,
              Pool& pool, Save&& save) {
    if (fixes.append(fix, pool.blocks) && (marks_.empty() || fixes.number_of_last_block() % blocks_a_checkpoint == 0)) {
      const Slot slot = pool.take();
      track::Block* block = fixes.last_block();
      const std::uint32_t number = fixes.number_of_last_block();
      if (number == 0) {
        set_to_beginning(slot);
        marks_.push_back({number, block, no_time, slot});
      } else {
        save(slot.checkpoint->run, slot.tracks, slot.manifests);
        if (slot.manifests != nullptr) slot.manifests->taken = manifests_begin_ + manifests.size();
        slot.checkpoint->said = said;
        slot.checkpoint->refused = refused_begin_ + refused_.size();
        slot.checkpoint->decided = decided;
        slot.checkpoint->late = late;
        marks_.push_back({number, block, std::max(block->before, fired), slot});
      }
      thin_out(pool);
      drop_old(fix.fix.time - options.horizon - options.patience, options, pool);
    }
    if (fix.late) late.times[late.count++] = fix.fix.time;
  }

  /// Has what `append` and `keep` touch brought near from memory; then, with that at hand, the block to be written in.
  void prefetch() const noexcept {
    haulwatch::detail::prefetch(&fixes, sizeof(fixes));
    haulwatch::detail::prefetch(&decided, sizeof(decided));
    haulwatch::detail::prefetch(&late, sizeof(late));
  }
  void prefetch_block() const noexcept {
    if (const track::Block* block = fixes.last_block()) haulwatch::detail::prefetch(block, std::size_t{1});
  }

  /// The gate has decided upon a fix: into which bucket it goes when it stays.
  Verdict keep(TimeUtc time) noexcept {
    const bool was_late = late.count > 0 && take_late(time);
    const Verdict verdict = was_late ? Verdict::merged : Verdict::kept;
    decided.add(verdict);
    return verdict;
  }
  /// The gate has refused a fix.
  void refuse(TimeUtc time, Verdict why) {
    if (late.count > 0) take_late(time);
    decided.add(why);
    refused_.push_back({time, why});
  }

  /// The newest state before everything at `time`; nullptr where none is left.
  [[nodiscard]] const Mark* mark_before(TimeUtc time) const noexcept {
    static constexpr Mark beginning{};
    if (marks_.empty()) return &beginning;
    for (std::size_t i = marks_.size(); i > 0; --i)
      if (marks_[i - 1].after < time) return &marks_[i - 1];
    return nullptr;
  }

  /// Goes back to a mark: all that came after it is dropped, but for `book`. Its checkpoint is copied to `state`,
  /// `tracks` and `known`, and what was refused since to `refused`.
  void go_back(const Mark& to, Checkpoint& state, TrackExport::State& tracks, KnownManifests& known,
               std::vector<Refused>& refused, Pool& pool) {
    if (to.block == nullptr) {
      set_to_beginning({&state, &tracks, &known});
    } else {
      state = *to.slot.checkpoint;
      if (to.slot.tracks != nullptr) tracks = *to.slot.tracks;
      if (to.slot.manifests != nullptr) known = *to.slot.manifests;
    }
    decided = state.decided;
    late = state.late;
    const auto keep = static_cast<std::ptrdiff_t>(state.refused - refused_begin_);
    refused.assign(refused_.begin() + keep, refused_.end());
    refused_.erase(refused_.begin() + keep, refused_.end());
    if (to.block == nullptr) return;
    fixes.cut_from(to.block, pool.blocks);
    const std::uint32_t number = to.number;
    while (!marks_.empty() && marks_.back().number >= number) {
      pool.give_back(marks_.back().slot);
      marks_.pop_back();
    }
  }

  [[nodiscard]] std::vector<Manifest> manifests_since(const KnownManifests& then) const {
    return {manifests.begin() + static_cast<std::ptrdiff_t>(then.taken - manifests_begin_), manifests.end()};
  }
  void forget_manifests_since(const KnownManifests& then) {
    manifests.erase(manifests.begin() + static_cast<std::ptrdiff_t>(then.taken - manifests_begin_), manifests.end());
  }

  void clear(Pool& pool) noexcept {
    fixes.clear(pool.blocks);
    lane.clear(pool.blocks);
    book.clear(pool.blocks);
    for (const Mark& mark : marks_) pool.give_back(mark.slot);
    marks_.clear();
    refused_.clear();
    refused_begin_ = 0;
    manifests.clear();
    manifests_begin_ = 0;
    lane_due = lane_limit = no_time;
    decided = {};
    late = {};
  }

  struct SavedMark {
    std::uint32_t number = 0;
    TimeUtc after = no_time;
    Checkpoint checkpoint;
    std::optional<TrackExport::State> tracks;
    std::optional<KnownManifests> manifests;
  };
  /// All of it as a value.
  struct Saved {
    track::Journal::Saved fixes;
    track::Journal::Saved lane;
    TimeUtc lane_due = no_time;
    TimeUtc lane_limit = no_time;
    EpisodeBook::Saved book;
    VerdictCounts decided;
    LateSuspects late;
    std::vector<SavedMark> marks;
    std::vector<Refused> refused;
    std::uint64_t refused_begin = 0;
    std::deque<Manifest> manifests;
    std::uint64_t manifests_begin = 0;
  };
  [[nodiscard]] Saved save() const {
    Saved saved{fixes.save(), lane.save(), lane_due, lane_limit,     book.save(), decided,
                late,         {},          refused_, refused_begin_, manifests,   manifests_begin_};
    for (const Mark& mark : marks_) {
      SavedMark& copy = saved.marks.emplace_back();
      copy.number = mark.number;
      copy.after = mark.after;
      copy.checkpoint = *mark.slot.checkpoint;
      if (mark.slot.tracks != nullptr) copy.tracks = *mark.slot.tracks;
      if (mark.slot.manifests != nullptr) copy.manifests = *mark.slot.manifests;
    }
    return saved;
  }
  void restore(const Saved& saved, Pool& pool) {
    clear(pool);
    fixes.restore(saved.fixes, pool.blocks);
    lane.restore(saved.lane, pool.blocks);
    lane_due = saved.lane_due;
    lane_limit = saved.lane_limit;
    book.restore(saved.book, pool.blocks);
    decided = saved.decided;
    late = saved.late;
    refused_ = saved.refused;
    refused_begin_ = saved.refused_begin;
    manifests = saved.manifests;
    manifests_begin_ = saved.manifests_begin;
    track::Block* block = fixes.first_block();
    std::uint32_t number = saved.marks.empty() ? 0 : saved.marks.front().number;
    for (const SavedMark& mark : saved.marks) {
      for (; number < mark.number; ++number) block = block->next;
      const Slot slot = pool.take();
      *slot.checkpoint = mark.checkpoint;
      if (slot.tracks != nullptr && mark.tracks) *slot.tracks = *mark.tracks;
      if (slot.manifests != nullptr && mark.manifests) *slot.manifests = *mark.manifests;
      marks_.push_back({mark.number, block, mark.after, slot});
    }
  }

 private:
  static void set_to_beginning(Slot slot) {
    *slot.checkpoint = {};
    if (slot.tracks != nullptr) *slot.tracks = {};
    if (slot.manifests != nullptr) *slot.manifests = {};
  }

  static constexpr std::uint32_t blocks_a_checkpoint = 8;
  /// One checkpoint in each part of this size of its age.
  static constexpr std::uint32_t parts_of_age = 8;

  /// \param number,newest of blocks
  static bool stays(std::uint32_t number, std::uint32_t newest) noexcept {
    const std::uint32_t spacing = std::bit_floor(std::max(blocks_a_checkpoint, (newest - number) / parts_of_age));
    return number % spacing == 0;
  }

  /// All but the oldest, which is the horizon's.
  void thin_out(Pool& pool) noexcept {
    const std::uint32_t newest = marks_.back().number;
    std::size_t left = 1;
    for (std::size_t i = 1; i < marks_.size(); ++i) {
      if (stays(marks_[i].number, newest)) {
        marks_[left++] = marks_[i];
      } else {
        pool.give_back(marks_[i].slot);
      }
    }
    marks_.resize(left);
  }

  void drop_old(TimeUtc horizon, const JournalOptions& options, Pool& pool) {
    std::size_t first = 0;
    while (first + 1 < marks_.size() &&
           (marks_[first + 1].after < horizon || fixes.blocks() * track::Block::size > options.bytes_per_vehicle)) {
      pool.give_back(marks_[first++].slot);
      fixes.drop_before(marks_[first].block, pool.blocks);
    }
    if (first == 0) return;
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(first));
    const Checkpoint& oldest = *marks_.front().slot.checkpoint;
    book.forget_before(oldest.said, horizon, pool.blocks);
    refused_.erase(refused_.begin(), refused_.begin() + static_cast<std::ptrdiff_t>(oldest.refused - refused_begin_));
    refused_begin_ = oldest.refused;
    if (const KnownManifests* known = marks_.front().slot.manifests) {
      manifests.erase(manifests.begin(),
                      manifests.begin() + static_cast<std::ptrdiff_t>(known->taken - manifests_begin_));
      manifests_begin_ = known->taken;
    }
  }

  bool take_late(TimeUtc time) noexcept {
    const auto end = late.times.begin() + late.count;
    const auto found = std::find(late.times.begin(), end, time);
    if (found == end) return false;
    std::copy(found + 1, end, found);
    --late.count;
    return true;
  }

  std::vector<Mark> marks_;  ///< oldest first; the first block has one
  std::vector<Refused> refused_;
  std::uint64_t refused_begin_ = 0;  ///< number of the first of `refused_`
  std::uint64_t manifests_begin_ = 0;
};

}  // namespace haulwatch
