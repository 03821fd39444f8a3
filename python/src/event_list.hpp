#pragma once

#include "event_store.hpp"
#include "out_table.hpp"

#include <haulwatch/event.hpp>
#include <haulwatch/io/text_store.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haulwatch::python {

/// Events that outlive the run that gave them: their texts are kept beside them.
class EventList {
 public:
  /// Events as `to_json_lines` writes them; blank lines are passed over.
  /// \throws Error with the document's name, the number of the first line at fault, and its fault
  [[nodiscard]] static std::shared_ptr<EventList> read(std::string_view json_lines, const std::string& document);

  void add(Event event);

  /// Gives out, in the order of every output, the events detected before `bound`, and keeps the rest.
  [[nodiscard]] std::shared_ptr<const EventList> take_before(TimeUtc bound);

  [[nodiscard]] std::size_t size() const noexcept { return rows_ ? rows_->size() : store_->size(); }
  /// Its texts live as long as the list. \pre i < size()
  [[nodiscard]] Event at(std::size_t i) const noexcept { return store_->at(row_of(i)); }
  [[nodiscard]] std::vector<Event> copies() const;

  /// How many of each kind, in the order in which kinds first come.
  [[nodiscard]] std::vector<std::pair<EventKind, std::size_t>> counts() const;

  /// One JSON object a line, as `haulwatch replay --events` writes them.
  [[nodiscard]] std::string to_json_lines() const;

  /// Those of the kinds named and of the vehicle; empty lists mean all. Shares the events.
  [[nodiscard]] std::shared_ptr<const EventList> of(const std::vector<std::string>& kinds,
                                                    const std::string& vehicle) const;

  /// Each event once, in its last revision and in the place of that; none that was taken back.
  [[nodiscard]] std::shared_ptr<const EventList> final_only() const;

  /// Of the kinds named the last that is known of each episode, where its first event stands; none that was taken back.
  [[nodiscard]] std::shared_ptr<const EventList> episodes(const std::vector<std::string>& kinds) const;

  /// The fields that all kinds share, then those of the kinds named (of all, where none is), each once.
  [[nodiscard]] std::shared_ptr<const OutTable> to_table(const std::vector<std::string>& kinds) const;

 private:
  [[nodiscard]] std::size_t row_of(std::size_t i) const noexcept { return rows_ ? (*rows_)[i] : i; }
  /// Some of these, by their rows in the store.
  [[nodiscard]] std::shared_ptr<EventList> some(std::vector<std::uint32_t> rows) const;

  std::shared_ptr<EventStore> store_ = std::make_shared<EventStore>();
  std::optional<std::vector<std::uint32_t>> rows_;  ///< of the store, where the list is a part of another
  std::shared_ptr<io::TextStore> texts_ = std::make_shared<io::TextStore>();
};

/// \throws Error naming all kinds, for a name that is none
[[nodiscard]] EventKind event_kind_of(std::string_view name);

}  // namespace haulwatch::python
