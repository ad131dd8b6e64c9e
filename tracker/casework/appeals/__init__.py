"""不服申立て: a sender appeals against a measure, and somebody who took no part in it decides (規則18条5項11–18号)."""
