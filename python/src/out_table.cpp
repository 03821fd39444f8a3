#include "out_table.hpp"

#include "input_error.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace haulwatch::python {

namespace {

const char* format_of(OutType type) noexcept {
  switch (type) {
    case OutType::text:
      return "u";
    case OutType::category:
      return "i";
    case OutType::time:
      return "tsm:UTC";
    case OutType::number:
      return "g";
    case OutType::reading:
      return "f";
    case OutType::whole:
      return "l";
    case OutType::flag:
      return "b";
    case OutType::list:
      return "+l";
    case OutType::record:
      return "+s";
  }
  return "n";
}

std::size_t width_of(OutType type) noexcept {
  switch (type) {
    case OutType::time:
    case OutType::number:
    case OutType::whole:
      return 8;
    case OutType::reading:
    case OutType::category:
      return 4;
    default:
      return 0;
  }
}

/// What an exported schema points into.
struct SchemaParts {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  ArrowSchema dictionary{};
};

void release_schema(ArrowSchema* schema) {
  const auto* parts = static_cast<SchemaParts*>(schema->private_data);
  for (std::int64_t i = 0; i < schema->n_children; ++i)
    if (schema->children[i]->release != nullptr) schema->children[i]->release(schema->children[i]);
  if (schema->dictionary != nullptr && schema->dictionary->release != nullptr)
    schema->dictionary->release(schema->dictionary);
  delete parts;
  schema->release = nullptr;
}

void fill_schema(ArrowSchema* out, const char* format, const std::string& name,
                 const std::vector<OutColumn>& children) {
  auto parts = std::make_unique<SchemaParts>();
  parts->name = name;
  parts->children.resize(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    const OutColumn& child = children[i];
    const bool is_category = child.type() == OutType::category;
    static const std::vector<OutColumn> none;
    fill_schema(&parts->children[i], format_of(child.type()), child.name(), is_category ? none : child.children());
    if (is_category) {
      auto* child_parts = static_cast<SchemaParts*>(parts->children[i].private_data);
      fill_schema(&child_parts->dictionary, "u", "", {});
      parts->children[i].dictionary = &child_parts->dictionary;
    }
    parts->pointers.push_back(&parts->children[i]);
  }
  *out = ArrowSchema{};
  out->format = format;
  out->name = parts->name.c_str();
  out->flags = ARROW_FLAG_NULLABLE;
  out->n_children = static_cast<std::int64_t>(children.size());
  out->children = parts->pointers.data();
  out->release = release_schema;
  out->private_data = parts.release();
}

/// What an exported array points into.
struct ArrayParts {
  std::shared_ptr<const OutTable> table;
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  ArrowArray dictionary{};
};

void release_array(ArrowArray* array) {
  const auto* parts = static_cast<ArrayParts*>(array->private_data);
  for (std::int64_t i = 0; i < array->n_children; ++i)
    if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
  if (array->dictionary != nullptr && array->dictionary->release != nullptr)
    array->dictionary->release(array->dictionary);
  delete parts;
  array->release = nullptr;
}

ArrayParts* start_array(ArrowArray* out, const std::shared_ptr<const OutTable>& table) {
  auto* parts = new ArrayParts{};
  parts->table = table;
  *out = ArrowArray{};
  out->buffers = parts->buffers.data();
  out->release = release_array;
  out->private_data = parts;
  return parts;
}

void fill_array(ArrowArray* out, const OutColumn& column, const std::shared_ptr<const OutTable>& table);

void fill_children(ArrowArray* out, ArrayParts* parts, const std::vector<OutColumn>& children,
                   const std::shared_ptr<const OutTable>& table) {
  parts->children.resize(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    fill_array(&parts->children[i], children[i], table);
    parts->pointers.push_back(&parts->children[i]);
  }
  out->n_children = static_cast<std::int64_t>(children.size());
  out->children = parts->pointers.data();
}

void fill_array(ArrowArray* out, const OutColumn& column, const std::shared_ptr<const OutTable>& table) {
  ArrayParts* parts = start_array(out, table);
  out->length = column.length();
  out->null_count = column.nulls();
  parts->buffers[0] = column.nulls() == 0 ? nullptr : column.validity().data();
  switch (column.type()) {
    case OutType::text:
      out->n_buffers = 3;
      parts->buffers[1] = column.offsets().data();
      parts->buffers[2] = column.data().data();
      break;
    case OutType::list:
      out->n_buffers = 2;
      parts->buffers[1] = column.offsets().data();
      fill_children(out, parts, column.children(), table);
      break;
    case OutType::record:
      out->n_buffers = 1;
      fill_children(out, parts, column.children(), table);
      break;
    default:
      out->n_buffers = 2;
      parts->buffers[1] = column.data().data();
      break;
  }
  if (column.type() != OutType::category) return;
  fill_array(&parts->dictionary, column.children().front(), table);
  out->dictionary = &parts->dictionary;
}

/// A stream of one batch.
struct StreamParts {
  std::shared_ptr<const OutTable> table;
  bool given = false;
};

int give_schema(ArrowArrayStream* stream, ArrowSchema* out) {
  export_schema(*static_cast<StreamParts*>(stream->private_data)->table, out);
  return 0;
}

int give_batch(ArrowArrayStream* stream, ArrowArray* out) {
  auto* parts = static_cast<StreamParts*>(stream->private_data);
  *out = ArrowArray{};
  if (parts->given) return 0;
  parts->given = true;
  ArrayParts* batch = start_array(out, parts->table);
  out->length = parts->table->rows();
  out->n_buffers = 1;
  fill_children(out, batch, parts->table->columns, parts->table);
  return 0;
}

}  // namespace

std::string_view OutColumn::text_at(std::int64_t row) const noexcept {
  const auto i = static_cast<std::size_t>(row);
  if (type_ == OutType::category) {
    std::int32_t code = 0;
    __builtin_memcpy(&code, data_.data() + 4 * i, sizeof code);
    return children_.front().text_at(code);
  }
  return {reinterpret_cast<const char*>(data_.data()) + offsets_[i],
          static_cast<std::size_t>(offsets_[i + 1] - offsets_[i])};
}

void OutColumn::reserve(std::size_t rows) {
  validity_.reserve(rows / 8 + 1);
  data_.reserve(rows * (type_ == OutType::flag ? 1 : width_of(type_)));
  if (!offsets_.empty()) offsets_.reserve(rows + 1);
}

void OutColumn::valid(bool is_valid) {
  const auto bit = static_cast<std::uint64_t>(length_++);
  if ((bit & 7U) == 0) validity_.push_back(0);
  if (is_valid)
    validity_.back() = static_cast<std::uint8_t>(validity_.back() | (1U << (bit & 7U)));
  else
    ++nulls_;
}

void OutColumn::add_null() {
  switch (type_) {
    case OutType::number:
      put(std::numeric_limits<double>::quiet_NaN());
      break;
    case OutType::reading:
      put(std::numeric_limits<float>::quiet_NaN());
      break;
    case OutType::time:
      put(std::numeric_limits<std::int64_t>::min());  // NumPy's NaT
      break;
    case OutType::whole:
      put(std::int64_t{0});
      break;
    case OutType::category:
      put(std::int32_t{-1});
      break;
    case OutType::flag:
      if ((static_cast<std::uint64_t>(length_) & 7U) == 0) data_.push_back(std::byte{0});
      break;
    case OutType::text:
    case OutType::list:
      offsets_.push_back(offsets_.back());
      break;
    case OutType::record:
      for (OutColumn& child : children_) child.add_null();
      break;
  }
  valid(false);
}

void OutColumn::add(std::string_view text) {
  if (type_ == OutType::category) {
    const auto [found, is_new] =
        categories_.try_emplace(std::string{text}, static_cast<std::int32_t>(categories_.size()));
    if (is_new) children_.front().add(text);
    put(found->second);
    return valid(true);
  }
  if (data_.size() + text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw Error{"column " + name_ + " would hold more than 2 GiB of text"};
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  data_.insert(data_.end(), bytes, bytes + text.size());
  offsets_.push_back(static_cast<std::int32_t>(data_.size()));
  valid(true);
}

void OutColumn::add(TimeUtc time) {
  if (time == no_time) return add_null();
  put(std::int64_t{time.time_since_epoch().count()});
  valid(true);
}

void OutColumn::add(double number) {
  if (!std::isfinite(number)) return add_null();
  put(number);
  valid(true);
}

void OutColumn::add(float reading) {
  if (!std::isfinite(reading)) return add_null();
  put(reading);
  valid(true);
}

void OutColumn::add(std::int64_t whole) {
  put(whole);
  valid(true);
}

void OutColumn::add(bool flag) {
  const auto bit = static_cast<std::uint64_t>(length_) & 7U;
  if (bit == 0) data_.push_back(std::byte{0});
  if (flag) data_.back() |= static_cast<std::byte>(1U << bit);
  valid(true);
}

void OutColumn::end_group() {
  if (type_ == OutType::list) offsets_.push_back(static_cast<std::int32_t>(children_.front().length()));
  valid(true);
}

const OutColumn* OutTable::find(std::string_view name) const noexcept {
  for (const OutColumn& column : columns)
    if (column.name() == name) return &column;
  return nullptr;
}

void export_schema(const OutTable& table, ArrowSchema* out) {
  fill_schema(out, "+s", "", table.columns);
}

void export_stream(std::shared_ptr<const OutTable> table, ArrowArrayStream* out) {
  *out = ArrowArrayStream{};
  out->get_schema = give_schema;
  out->get_next = give_batch;
  out->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out->release = [](ArrowArrayStream* stream) {
    delete static_cast<StreamParts*>(stream->private_data);
    stream->release = nullptr;
  };
  out->private_data = new StreamParts{std::move(table)};
}

}  // namespace haulwatch::python
