"""The six words of docs/specs/check-phrase.md."""

FIRST = "红黄蓝绿白黑金银大小高长新老快慢冷热甜苦强软早宽深厚圆方轻亮干湿"
SECOND = (
    "山水火风云雷雪月星日天地河海井江林泥石沙竹花草叶果米麦豆瓜茶马牛"
    "羊狗猫鸡鸭鹅鱼虎龙兔鸟象猴熊门窗桌椅鼓灯钟车船桥路书笔纸刀碗勺琴"
)
WORDS = 6
BITS = 11


def phrase_of(sha256):
    number = int.from_bytes(sha256, "big")
    words = [number >> 256 - BITS * (at + 1) & (1 << BITS) - 1 for at in range(WORDS)]
    return " ".join(FIRST[word >> 6] + SECOND[word & 63] for word in words)
