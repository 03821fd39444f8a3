#include <haulwatch/io/csv_reader.hpp>

#include <haulwatch/io/detail/column_plan.hpp>
#include <haulwatch/io/detail/field_splitter.hpp>
#include <haulwatch/io/detail/number_text.hpp>
#include <haulwatch/io/detail/row_parser.hpp>
#include <haulwatch/io/detail/track_input.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace haulwatch::io {
namespace {

using detail::ByteWindow;
using detail::ColumnPlan;
using detail::FieldSplitter;
using detail::Line;
using detail::LineWindow;
using detail::RowParser;
using detail::SplitFault;
using detail::trimmed;

[[nodiscard]] char delimiter_of(const TrackFormat& format, std::string_view name) noexcept {
  if (format.delimiter) return *format.delimiter;
  return name.ends_with(".tsv") || name.ends_with(".tsv.gz") ? '\t' : ',';
}

/// Advice for a header that has not been cut at all.
[[nodiscard]] std::string delimiter_advice(std::string_view header, std::size_t names) {
  if (names > 1) return {};
  for (const auto& [mark, option] : {std::pair{'\t', "tab"}, {';', "';'"}, {'|', "'|'"}, {',', ","}, {' ', "blank"}}) {
    if (header.find(mark) != std::string_view::npos)
      return std::string{" (perhaps to be cut with --delimiter "} + option + ")";
  }
  return {};
}

class CsvReader final : public TrackReader {
 public:
  CsvReader(ByteWindow window, const TrackFormat& format, VehicleNames& names, OnBadRow on_bad_row)
      : lines_{std::move(window)},
        splitter_{delimiter_of(format, lines_.source().name())},
        parser_{format, plan(format), lines_.source().name(), names},
        on_bad_row_{std::move(on_bad_row)},
        wide_{format.wide} {}

  bool read_batch(FixBatch& batch) override {
    batch.clear();
    batch.fixes.reserve(batch.limit);
    batch.lines.reserve(batch.limit);
    while (batch.size() < batch.limit) {
      if (wide_at_ < splitter_.fields().size()) {
        read_wide_fix(batch);
      } else if (go_on(batch)) {
        read_line(batch);
      } else {
        break;
      }
    }
    return !batch.empty();
  }

  [[nodiscard]] const std::string& name() const noexcept override { return lines_.source().name(); }
  [[nodiscard]] InputProgress progress() const noexcept override {
    return {lines_.source().consumed(), lines_.source().total()};
  }

 private:
  /// Skips to the header, if there is one, and finds the columns.
  [[nodiscard]] ColumnPlan plan(const TrackFormat& format) {
    for (std::size_t i = 0; i < format.skip_lines && lines_.next(line_); ++i) continue;
    if (format.wide) return wide_plan(format);
    if (format.header == HeaderLine::absent) return detail::plan_by_numbers(format);
    do {
      if (!lines_.next(line_))
        throw FileError{name() + ": is empty; a line with the names of the columns was expected"};
    } while (trimmed(line_.text).empty());
    if (line_.cut || splitter_.split(lines_, line_) != SplitFault::none) {
      throw FileError{name() + ": line " + std::to_string(line_.number) + " is no header: a quote is not closed"};
    }
    std::vector<std::string> names;
    for (const std::string_view field : splitter_.fields()) names.emplace_back(trimmed(field));
    header_fields_ = names.size();
    const std::string found_as = "the header" + delimiter_advice(line_.text, names.size()) + " holds";
    return detail::plan_by_names(format, names, detail::Numbers::allowed, name(), found_as);
  }

  [[nodiscard]] static ColumnPlan wide_plan(const TrackFormat& format) {
    if (format.header == HeaderLine::present) throw FormatError{"wide rows have no header: say --no-header"};
    ColumnPlan plan = detail::plan_by_numbers(format);
    if (format.wide->width < plan.fields_needed) {
      throw FormatError{"a fix of " + std::to_string(format.wide->width) + " fields has no field " +
                        std::to_string(plan.fields_needed)};
    }
    return plan;
  }

  /// Goes on to the next line. A fault of the input waits until the batch before it has been given.
  [[nodiscard]] bool go_on(const FixBatch& batch) {
    try {
      return lines_.next(line_);
    } catch (const FileError&) {
      if (batch.empty()) throw;
      return false;
    }
  }

  void read_line(FixBatch& batch) {
    wide_at_ = none;
    if (line_.cut) return refuse("line is longer than 16 MiB", {}, line_.text);
    if (trimmed(line_.text).empty()) return;
    switch (splitter_.split(lines_, line_)) {
      case SplitFault::none:
        break;
      case SplitFault::unclosed_quote:
        return refuse("a quote is not closed", {}, line_.text);
      case SplitFault::text_after_quote:
        return refuse("text follows a closing quote", {}, line_.text);
    }
    const std::size_t fields = splitter_.fields().size();
    if (wide_) {
      wide_at_ = wide_->skip;
      if (fields < wide_at_) refuse_count("too few fields", fields, wide_at_);
    } else if (fields < parser_.fields_needed() || (header_fields_ > 0 && fields < header_fields_)) {
      refuse_count("too few fields", fields, std::max(header_fields_, parser_.fields_needed()));
    } else if (header_fields_ > 0 && fields > header_fields_) {
      refuse_count("too many fields", fields, header_fields_);
    } else {
      read_fix(splitter_.fields(), batch);
    }
  }

  void read_wide_fix(FixBatch& batch) {
    const auto rest = splitter_.fields().subspan(wide_at_);
    const auto fields = rest.first(std::min(rest.size(), wide_->width));
    wide_at_ += fields.size();
    if (fields.size() < wide_->width) {
      found_ = std::to_string(fields.size()) + " of " + std::to_string(wide_->width);
      return refuse("too few fields", found_, text_of(fields));
    }
    read_fix(fields, batch);
  }

  void read_fix(std::span<const std::string_view> fields, FixBatch& batch) {
    const bool read = parser_.parse(fields, batch.fixes.emplace_back());
    const std::string_view row = wide_ ? text_of(fields) : line_.text;
    if (read) return batch.add_row(line_.number, row);
    batch.fixes.pop_back();
    refuse(parser_.cause(), parser_.found(), row);
  }

  /// What stands in the line from the first of these fields to the last; the whole line if one was unquoted elsewhere.
  [[nodiscard]] std::string_view text_of(std::span<const std::string_view> fields) const noexcept {
    const std::less_equal<> not_after;
    const char* const begin = fields.front().data();
    const char* const end = fields.back().data() + fields.back().size();
    const char* const line_end = line_.text.data() + line_.text.size();
    if (!not_after(line_.text.data(), begin) || !not_after(begin, end) || !not_after(end, line_end)) return line_.text;
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  void refuse_count(std::string_view cause, std::size_t fields, std::size_t expected) {
    found_ = std::to_string(fields) + " instead of " + std::to_string(expected);
    refuse(cause, found_, line_.text);
  }

  void refuse(std::string_view cause, std::string_view found, std::string_view row) {
    if (on_bad_row_) on_bad_row_({name(), line_.number, cause, found, row});
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  LineWindow lines_;
  FieldSplitter splitter_;
  Line line_;
  std::size_t header_fields_ = 0;  ///< 0 without a header
  RowParser parser_;
  OnBadRow on_bad_row_;
  std::optional<WideRows> wide_;
  std::size_t wide_at_ = none;  ///< the field at which the line's next fix begins
  std::string found_;
};

}  // namespace

namespace detail {

std::unique_ptr<TrackReader> csv_reader(ByteWindow window, const TrackFormat& format, VehicleNames& names,
                                        OnBadRow on_bad_row) {
  return std::make_unique<CsvReader>(std::move(window), format, names, std::move(on_bad_row));
}

}  // namespace detail
}  // namespace haulwatch::io
