#include <haulwatch/io/json_track_reader.hpp>

#include <haulwatch/io/detail/column_plan.hpp>
#include <haulwatch/io/detail/json_cells.hpp>
#include <haulwatch/io/detail/json_records.hpp>
#include <haulwatch/io/detail/row_parser.hpp>
#include <haulwatch/io/detail/track_input.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::io {
namespace {

using detail::ByteWindow;
using detail::JsonCells;
using detail::JsonRecord;
using detail::JsonRecords;
using detail::RowParser;

class JsonReader final : public TrackReader {
 public:
  JsonReader(ByteWindow window, const TrackFormat& format, VehicleNames& names, OnBadRow on_bad_row)
      : records_{detail::json_records(std::move(window))}, on_bad_row_{std::move(on_bad_row)} {
    look_ahead();
    const std::vector<std::string> keys = keys_of_first_records();
    if (first_.empty()) return;
    const std::string found_as = "the first objects hold";
    // What a fix cannot do without has to be among the first objects; the rest may turn up later.
    (void)detail::plan_by_names(with_needed_mappings(format), keys, detail::Numbers::refused, name(), found_as);
    std::vector<std::string> all = detail::names_asked_for(format, keys);
    all.insert(all.begin(), keys.begin(), keys.end());
    parser_.emplace(format, detail::plan_by_names(format, all, detail::Numbers::refused, name(), found_as), name(),
                    names);
    cells_.emplace(std::move(all));
  }

  bool read_batch(FixBatch& batch) override {
    batch.clear();
    batch.fixes.reserve(batch.limit);
    batch.lines.reserve(batch.limit);
    JsonRecord record;
    while (batch.size() < batch.limit && go_on(record, batch)) read_record(record, batch);
    return !batch.empty();
  }

  [[nodiscard]] const std::string& name() const noexcept override { return records_->source().name(); }
  [[nodiscard]] InputProgress progress() const noexcept override {
    return {records_->source().consumed(), records_->source().total()};
  }

 private:
  struct FirstRecord {
    std::string text;
    std::uint64_t number = 0;
    bool cut = false;
  };

  /// Reads the first records, which tell the keys. A fault of the input waits until they have been given.
  void look_ahead() {
    constexpr std::size_t most_records = 64;
    constexpr std::size_t most_bytes = 1U << 20;
    JsonRecord record;
    std::size_t bytes = 0;
    try {
      while (first_.size() < most_records && bytes < most_bytes && records_->next(record)) {
        first_.push_back({std::string{record.text}, record.number, record.cut});
        bytes += record.text.size();
      }
    } catch (const FileError&) {
      if (first_.empty()) throw;
    }
  }

  [[nodiscard]] std::vector<std::string> keys_of_first_records() const {
    std::vector<std::string> keys;
    for (const FirstRecord& record : first_) {
      for (std::string& key : detail::keys_of_json(record.text)) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
      }
    }
    if (keys.empty() && !first_.empty()) {
      throw FileError{name() + ": none of its first " + std::to_string(first_.size()) +
                      " records is a JSON object with values"};
    }
    return keys;
  }

  [[nodiscard]] static TrackFormat with_needed_mappings(TrackFormat format) {
    std::erase_if(format.columns, [](const ColumnMapping& mapping) { return !detail::is_needed(mapping.column); });
    return format;
  }

  [[nodiscard]] bool go_on(JsonRecord& record, const FixBatch& batch) {
    if (given_ < first_.size()) {
      const FirstRecord& first = first_[given_++];
      record = {first.text, first.number, first.cut};
      return true;
    }
    try {
      return records_->next(record);
    } catch (const FileError&) {
      if (batch.empty()) throw;
      return false;
    }
  }

  void read_record(const JsonRecord& record, FixBatch& batch) {
    if (record.cut) return refuse("line is longer than 16 MiB", {}, record);
    if (!cells_->read(record.text)) return refuse("not an object of valid JSON", cells_->fault(), record);
    if (parser_->parse(cells_->cells(), batch.fixes.emplace_back())) return batch.add_row(record.number, record.text);
    batch.fixes.pop_back();
    refuse(parser_->cause(), parser_->found(), record);
  }

  void refuse(std::string_view cause, std::string_view found, const JsonRecord& record) {
    if (on_bad_row_) on_bad_row_({name(), record.number, cause, found, record.text});
  }

  std::unique_ptr<JsonRecords> records_;
  OnBadRow on_bad_row_;
  std::vector<FirstRecord> first_;
  std::size_t given_ = 0;  ///< of `first_`
  std::optional<RowParser> parser_;
  std::optional<JsonCells> cells_;
};

}  // namespace

namespace detail {

std::unique_ptr<TrackReader> json_reader(ByteWindow window, const TrackFormat& format, VehicleNames& names,
                                         OnBadRow on_bad_row) {
  return std::make_unique<JsonReader>(std::move(window), format, names, std::move(on_bad_row));
}

}  // namespace detail
}  // namespace haulwatch::io
