(function () {
  var fragment = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  if (!fragment) {
    document.getElementById('title').textContent = 'Nothing to hand on';
    document.getElementById('text').textContent =
      'This address came without an answer. Start the login again in Tokenscope.';
    return;
  }
  var form = document.createElement('form');
  form.method = 'post';
  form.action = location.pathname;
  new URLSearchParams(fragment).forEach(function (value, name) {
    var input = document.createElement('input');
    input.type = 'hidden';
    input.name = name;
    input.value = value;
    form.appendChild(input);
  });
  document.body.appendChild(form);
  form.submit();
})();
