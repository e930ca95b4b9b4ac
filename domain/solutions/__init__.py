"""Technical solutions (技术方案): what is promised technically, checked before a customer hears of it."""
