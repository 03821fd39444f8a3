#include <haulwatch/io/detail/json_cells.hpp>

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace haulwatch::io::detail {
namespace {

namespace json = boost::json;

/// Follows the parser through a document and tells `Leaf` the dotted key and the text of each value outside arrays.
/// The names of its functions are those that Boost.JSON calls.
template <class Leaf>
class LeafFinder {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  template <class... Arguments>
  explicit LeafFinder(Arguments&&... arguments) : leaf{std::forward<Arguments>(arguments)...} {}

  /// The document was an object.
  [[nodiscard]] bool saw_object() const noexcept { return saw_object_; }

  bool on_document_begin(json::error_code&) {
    saw_object_ = false;
    path_.clear();
    bases_.clear();
    key_.clear();
    value_.clear();
    arrays_ = 0;
    return true;
  }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    saw_object_ = saw_object_ || arrays_ == 0;
    bases_.push_back(path_.size());
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    path_.resize(bases_.back());
    bases_.pop_back();
    return true;
  }
  bool on_array_begin(json::error_code&) {
    ++arrays_;
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) {
    --arrays_;
    return true;
  }

  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    path_.resize(bases_.back());
    if (bases_.size() > 1) path_ += '.';
    path_ += key_;
    key_.clear();
    return true;
  }

  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return add(part); }
  bool on_string(json::string_view part, std::size_t, json::error_code&) { return finish(part); }
  bool on_number_part(json::string_view part, json::error_code&) { return add(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return finish(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return finish(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return finish(part); }
  bool on_bool(bool value, json::error_code&) { return finish(value ? "true" : "false"); }
  bool on_null(json::error_code&) { return finish({}); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  Leaf leaf;

 private:
  bool add(json::string_view part) {
    value_.append(part.data(), part.size());
    return true;
  }
  bool finish(json::string_view part) {
    add(part);
    if (arrays_ == 0 && !bases_.empty()) leaf(path_, value_);
    value_.clear();
    return true;
  }

  bool saw_object_ = false;
  std::string path_;                ///< dotted key of the newest value
  std::vector<std::size_t> bases_;  ///< for each open object, how much of `path_` is its own key
  std::string key_;
  std::string value_;
  std::size_t arrays_ = 0;  ///< open arrays
};

/// Parses one whole document; false when it is not valid, or has something behind it.
template <class Leaf>
[[nodiscard]] bool parse(json::basic_parser<LeafFinder<Leaf>>& parser, std::string_view text, std::string& fault) {
  parser.reset();
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (error) {
    fault = error.message();
  } else if (text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    fault = "something follows the value";
  } else if (!parser.handler().saw_object()) {
    fault = "not an object";
  } else {
    return true;
  }
  return false;
}

/// Keeps the values of the keys asked for.
class KeptCells {
 public:
  explicit KeptCells(std::vector<std::string> keys) : keys_{std::move(keys)}, values_(keys_.size()) {}

  void clear() noexcept {
    for (std::string& value : values_) value.clear();
  }
  void operator()(const std::string& key, const std::string& value) {
    const auto found = std::find(keys_.begin(), keys_.end(), key);
    if (found != keys_.end()) values_[static_cast<std::size_t>(found - keys_.begin())] = value;
  }
  [[nodiscard]] const std::vector<std::string>& values() const noexcept { return values_; }

 private:
  std::vector<std::string> keys_;
  std::vector<std::string> values_;
};

struct KeptKeys {
  std::vector<std::string> keys;
  void operator()(const std::string& key, const std::string&) { keys.push_back(key); }
};

}  // namespace

class JsonCells::Impl {
 public:
  explicit Impl(std::vector<std::string> keys) : cells_(keys.size()), parser_{json::parse_options{}, std::move(keys)} {}

  [[nodiscard]] bool read(std::string_view object) {
    parser_.handler().leaf.clear();
    const bool valid = parse(parser_, object, fault_);
    const std::vector<std::string>& values = parser_.handler().leaf.values();
    std::copy(values.begin(), values.end(), cells_.begin());
    return valid;
  }
  [[nodiscard]] std::span<const std::string_view> cells() const noexcept { return cells_; }
  [[nodiscard]] std::string_view fault() const noexcept { return fault_; }

 private:
  std::vector<std::string_view> cells_;
  json::basic_parser<LeafFinder<KeptCells>> parser_;
  std::string fault_;
};

JsonCells::JsonCells(std::vector<std::string> keys) : impl_{std::make_unique<Impl>(std::move(keys))} {}
JsonCells::~JsonCells() = default;
JsonCells::JsonCells(JsonCells&&) noexcept = default;
JsonCells& JsonCells::operator=(JsonCells&&) noexcept = default;

bool JsonCells::read(std::string_view object) {
  return impl_->read(object);
}
std::span<const std::string_view> JsonCells::cells() const noexcept {
  return impl_->cells();
}
std::string_view JsonCells::fault() const noexcept {
  return impl_->fault();
}

std::vector<std::string> keys_of_json(std::string_view object) {
  json::basic_parser<LeafFinder<KeptKeys>> parser{json::parse_options{}};
  std::string fault;
  if (!parse(parser, object, fault)) return {};
  return std::move(parser.handler().leaf.keys);
}

}  // namespace haulwatch::io::detail
