#pragma once

#include <haulwatch/engine/event_log.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/track/block_pool.hpp>
#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace haulwatch {

/// What one vehicle's listeners were told, so that a run with late fixes in their place can be held against it.
///
/// A run names its episodes by what it knows. When a later run sees an episode begin with another fix, it would name it
/// anew, while the listeners know it by its first name: the book remembers under which name an episode was told, and
/// translates. Episodes of two runs are the same when they have the same name, else when they agree in kind and object
/// and overlap in time, the greatest overlap first. A revision's number is one above the last one told.
///
/// Time: a size comparison for a vehicle that was never run again; else O(events in the horizon) for each event of a
/// run again. Memory: some 100 B an event. Threads: none; belongs to its vehicle's shard. Whoever drops a book clears
/// it first.
class EpisodeBook {
 public:
  /// Enters what the vehicle's run has just said, under the name by which its episode is known, with the revision that
  /// is due. \returns false when listeners need not be told: it takes back what nobody was told.
  bool tell(Event& event, track::BlockPool& pool);

  /// How many events the run has said so far: the number of the next one.
  [[nodiscard]] std::uint64_t said() const noexcept { return log_.end(); }

  /// Takes out what was said from that number on.
  void take_back(std::uint64_t from, std::string_view vehicle, std::vector<LoggedEvent>& old, track::BlockPool& pool);

  /// Enters what a run again has said instead of `old`, and appends what listeners have to hear of it to `news`, in
  /// order of `detected`: revisions, retractions, and what is new. Texts and `vehicle` of `now` are views as in events.
  /// \param news their `sequence` is the caller's to fill in
  void settle(const std::vector<LoggedEvent>& old, std::vector<Event>& now, std::vector<Event>& news,
              track::BlockPool& pool);

  /// What was said below that number, or taken back before that time, is no longer asked for.
  void forget_before(std::uint64_t number, TimeUtc time, track::BlockPool& pool);

  void clear(track::BlockPool& pool) noexcept;

 private:
  /// How an episode is called in the present run, and how listeners know it. At most one entry for either name.
  struct Alias {
    SubjectId computed{};
    SubjectId known{};
    TimeUtc used = no_time;
  };
  /// The last revision told of an event that the log does not show, or shows an older state of.
  struct LastRevision {
    SubjectId subject{};
    EventKind kind{};
    std::uint16_t revision = 0;
    TimeUtc told = no_time;
  };
  class Settlement;

  [[nodiscard]] SubjectId known_name(SubjectId computed, TimeUtc now);
  [[nodiscard]] const Alias* alias_of(SubjectId computed) const noexcept;
  [[nodiscard]] bool is_known_name(SubjectId known) const noexcept;
  void set_alias(SubjectId computed, SubjectId known, TimeUtc now);
  void translate(Event& event, TimeUtc now);

  struct Told {
    bool any = false;
    std::uint16_t revision = 0;
  };
  [[nodiscard]] bool has_last_revision(SubjectId subject, EventKind kind) const noexcept;
  [[nodiscard]] Told last_told(SubjectId subject, EventKind kind) const noexcept;
  void note_revision(SubjectId subject, EventKind kind, std::uint16_t revision, TimeUtc now);

  EventLog log_;
  std::vector<Alias> aliases_;
  std::vector<LastRevision> revisions_;

 public:
  /// Everything in one value, for a checkpoint.
  struct Saved {
    EventLog::Saved events;
    std::vector<Alias> aliases;
    std::vector<LastRevision> revisions;
  };
  [[nodiscard]] Saved save() const;
  void restore(const Saved& saved, track::BlockPool& pool);
};

}  // namespace haulwatch
