"""The scorer of xSID reads its files and counts where times stand."""

from benchmarks.score_xsid import Score, Sentence, sentences

FILE = """# id: 1
# text: 提醒我明天早上八点开会
# intent: reminder/set_reminder
1\t提醒\treminder/set_reminder\tO
2\t我\treminder/set_reminder\tO
3\t明天\treminder/set_reminder\tB-datetime
4\t早上\treminder/set_reminder\tI-datetime
5\t八点\treminder/set_reminder\tI-datetime
6\t开会\treminder/set_reminder\tB-reminder/todo

# id: 2
1\t播放\tPlayMusic\tO
2\tTaylor\tPlayMusic\tB-artist
3\tSwift\tPlayMusic\tI-artist
"""


def test_reads_the_rows():
    assert list(sentences(FILE.splitlines())) == [
        Sentence(text="提醒我明天早上八点开会", times=((3, 9),)),
        Sentence(text="播放Taylor Swift", times=()),
    ]


def test_counts_what_is_seen_and_what_is_not():
    score = Score()
    for sentence in (
        *sentences(FILE.splitlines()),
        Sentence(text="播放星期五乐队", times=()),
        Sentence(text="改天提醒我", times=((0, 2),)),
    ):
        score.add(sentence)
    assert (score.found, score.labelled, score.fired, score.without) == (1, 2, 1, 2)
    assert [line.split()[0] for line in score.wrong] == ["fired", "missed"]
