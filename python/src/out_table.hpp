#pragma once

#include "arrow_abi.hpp"

#include <haulwatch/units.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace haulwatch::python {

/// What a result's column holds.
enum class OutType : std::uint8_t { text, category, time, number, reading, whole, flag, list, record };

/// One column of a result, as Arrow lays it out.
class OutColumn {
 public:
  OutColumn(std::string name, OutType type) : name_{std::move(name)}, type_{type} {
    if (type == OutType::text || type == OutType::list) offsets_.push_back(0);
    if (type == OutType::category) children_.emplace_back("", OutType::text);
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] OutType type() const noexcept { return type_; }
  [[nodiscard]] std::int64_t length() const noexcept { return length_; }
  [[nodiscard]] std::int64_t nulls() const noexcept { return nulls_; }
  [[nodiscard]] bool is_valid(std::int64_t row) const noexcept {
    const auto bit = static_cast<std::uint64_t>(row);
    return nulls_ == 0 || ((static_cast<unsigned>(validity_[bit >> 3U]) >> (bit & 7U)) & 1U) != 0;
  }
  [[nodiscard]] const std::vector<std::byte>& data() const noexcept { return data_; }
  [[nodiscard]] const std::vector<std::uint8_t>& validity() const noexcept { return validity_; }
  [[nodiscard]] const std::vector<std::int32_t>& offsets() const noexcept { return offsets_; }
  [[nodiscard]] std::vector<OutColumn>& children() noexcept { return children_; }
  [[nodiscard]] const std::vector<OutColumn>& children() const noexcept { return children_; }
  [[nodiscard]] std::string_view text_at(std::int64_t row) const noexcept;

  void reserve(std::size_t rows);
  void add_null();
  void add(std::string_view text);  ///< of `text` and `category`
  void add(TimeUtc time);           ///< `no_time` is null
  void add(double number);          ///< NaN is null
  void add(float reading);          ///< NaN is null
  void add(std::int64_t whole);
  void add(bool flag);
  /// Ends a list of what its child has been given since the last one, or a record whose children have one more each.
  void end_group();

 private:
  void valid(bool is_valid);
  template <class T>
  void put(T value) {
    const auto at = data_.size();
    data_.resize(at + sizeof value);
    __builtin_memcpy(data_.data() + at, &value, sizeof value);
  }

  std::string name_;
  OutType type_;
  std::int64_t length_ = 0;
  std::int64_t nulls_ = 0;
  std::vector<std::uint8_t> validity_;
  std::vector<std::byte> data_;
  std::vector<std::int32_t> offsets_;
  std::vector<OutColumn> children_;
  std::unordered_map<std::string, std::int32_t> categories_;
};

/// Columns of one length: what a call gives back. Immutable once made, so that any number may read at once.
struct OutTable {
  std::vector<OutColumn> columns;

  [[nodiscard]] std::int64_t rows() const noexcept { return columns.empty() ? 0 : columns.front().length(); }
  [[nodiscard]] const OutColumn* find(std::string_view name) const noexcept;
};

/// Hands the table over without a copy: `out` keeps it alive. \pre neither is released by anybody else
void export_schema(const OutTable& table, ArrowSchema* out);
void export_stream(std::shared_ptr<const OutTable> table, ArrowArrayStream* out);

}  // namespace haulwatch::python
