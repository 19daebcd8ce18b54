"""Makes the parity fixtures: texts with the ids and vectors that sentence-transformers gives them.

    pip install sentence-transformers==6.2.0 tokenizers==0.23.3
    python make_parity.py PATH_TO_all-MiniLM-L6-v2

Writes parity.jsonl (text, ids) and parity.npy (float32, one row a text) for the default model, and three tiny models with
random weights, models/<name>/, each with its own ids.json and expected.npy: other widths, heads, depths and pooling, one
saved in the folder layout of sentence-transformers 6, two in the legacy one.
"""
import json, os, random, shutil, sys

os.environ["HF_HUB_OFFLINE"] = "1"
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers import models as modules
from transformers import BertConfig, BertModel, BertTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
LANGUAGES = """The cat sat on the warm windowsill and watched the rain.
Die Katze saß auf dem warmen Fensterbrett und sah dem Regen zu.
Le chat était assis sur le rebord de la fenêtre et regardait la pluie.
El gato se sentó en el alféizar cálido y miró la lluvia.
Il gatto sedeva sul davanzale caldo e guardava la pioggia.
O gato sentou-se no parapeito quente e observou a chuva.
De kat zat op de warme vensterbank en keek naar de regen.
Katten satt på det varma fönsterbrädet och tittade på regnet.
Kissa istui lämpimällä ikkunalaudalla ja katseli sadetta.
Kot siedział na ciepłym parapecie i patrzył na deszcz.
Kočka seděla na teplém parapetu a dívala se na déšť.
A macska a meleg ablakpárkányon ült és nézte az esőt.
Кошка сидела на тёплом подоконнике и смотрела на дождь.
Кіт сидів на теплому підвіконні й дивився на дощ.
Η γάτα καθόταν στο ζεστό περβάζι και κοιτούσε τη βροχή.
Kedi sıcak pencere pervazında oturmuş yağmuru izliyordu. İstanbul.
جلست القطة على حافة النافذة الدافئة وشاهدت المطر.
החתול ישב על אדן החלון החם והביט בגשם.
گربه روی لبه گرم پنجره نشسته بود و باران را تماشا می‌کرد.
बिल्ली गर्म खिड़की पर बैठी बारिश देख रही थी।
বিড়ালটি উষ্ণ জানালায় বসে বৃষ্টি দেখছিল।
பூனை சூடான ஜன்னலில் அமர்ந்து மழையைப் பார்த்தது.
แมวนั่งอยู่บนขอบหน้าต่างอุ่น ๆ มองดูฝน
猫坐在温暖的窗台上看着雨。
貓坐在溫暖的窗台上看著雨。
猫は暖かい窓辺に座って雨を眺めていた。
고양이는 따뜻한 창턱에 앉아 비를 바라보았다.
Con mèo ngồi trên bệ cửa sổ ấm áp và ngắm mưa.
Kucing itu duduk di ambang jendela yang hangat dan memandangi hujan.
კატა თბილ ფანჯრის რაფაზე იჯდა და წვიმას უყურებდა.
Կատուն նստած էր տաք պատուհանագոգին և նայում էր անձրևին:
Kass istus soojal aknalaual ja vaatas vihma.
🐈 sat 🪟 and watched 🌧️ 👨‍👩‍👧 together
x² + y² = r², ∑ᵢ aᵢ ≈ 3.14 ± 0.01 (µm), ½ €100 ￥200 ﬁne ＦＵＬＬ
def main() -> None: print(f"{value!r:>10}")  # TODO
https://example.org/a/b?c=d&e=f#g user@example.org 192.168.0.1
a[SEP]b [CLS] [MASK] [PAD] [sep] [ SEP ]""".split("\n")
WORDS = """time report storage index vector meaning folder search note manual log engine river mountain letter kitchen bread
winter summer market price contract signature meeting engineer boiler pressure valve temperature sensor failure restart
network cable server certificate garden tomato soil water doctor appointment blood music concert violin train platform
ticket delay city museum painting war treaty king river bridge stone light darkness memory processor cache instruction
compiler type safety actor thread queue batch token sentence paragraph language grammar translation dictionary""".split()


def texts():
    choose = random.Random(20261123)
    result = ["", " ", "\n\t", "a", "storage", "Storage.", "!!!", "[SEP]", "word " * 300, "x" * 100, "x" * 101, "ab " * 127]
    result += LANGUAGES
    result += [" ".join(LANGUAGES), " ".join(reversed(LANGUAGES)) * 2]
    while len(result) < 232:
        count = choose.choice([2, 5, 9, 16, 30, 60, 120, 200, 260, 400])
        words = [choose.choice(WORDS) for _ in range(count)]
        result.append(" ".join(w.capitalize() + "." if choose.random() < 0.1 else w for w in words))
    return result


def default_model(path):
    model = SentenceTransformer(path, device="cpu")
    chosen = texts()
    vectors = model.encode(chosen, batch_size=32)
    with open(os.path.join(HERE, "parity.jsonl"), "w", encoding="utf-8") as file:
        for text in chosen:
            ids = model.tokenizer(text, truncation=True, max_length=256)["input_ids"]
            file.write(json.dumps({"text": text, "ids": ids}, ensure_ascii=False) + "\n")
    np.save(os.path.join(HERE, "parity.npy"), vectors.astype(np.float32))


def tiny_model(name, legacy, pooling, normalized, seed, **shape):
    folder = os.path.join(HERE, "models", name)
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(seed)
    letters = [c for c in "abcdefghijklmnopqrstuvwxyz0123456789.,!?"]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + ["##" + c for c in letters] + WORDS[:20]
    source = os.path.join("/tmp", "tiny-" + name)
    shutil.rmtree(source, ignore_errors=True)
    os.makedirs(source)
    with open(os.path.join(source, "vocab.txt"), "w") as file:
        file.write("\n".join(dict.fromkeys(vocabulary)) + "\n")
    tokenizer = BertTokenizerFast(os.path.join(source, "vocab.txt"))
    config = BertConfig(vocab_size=len(tokenizer), hidden_act="gelu", initializer_range=0.2, **shape)
    network = BertModel(config, add_pooling_layer=False)
    for parameter in network.parameters():
        if parameter.dim() == 1:
            parameter.data += 0.1 * torch.randn_like(parameter)
    network.save_pretrained(source)
    tokenizer.save_pretrained(source)
    transformer = modules.Transformer(source, max_seq_length=40)
    parts = [transformer, modules.Pooling(config.hidden_size, pooling_mode=pooling)]
    if normalized:
        parts.append(modules.Normalize())
    model = SentenceTransformer(modules=parts, device="cpu")
    model.save(folder, create_model_card=False)
    if legacy:
        kinds = ["Transformer", "Pooling", "Normalize"]
        listing = [
            {"idx": i, "name": str(i), "path": "" if i == 0 else f"{i}_{kinds[i]}",
             "type": f"sentence_transformers.models.{kinds[i]}"} for i in range(len(parts))]
        json.dump(listing, open(os.path.join(folder, "modules.json"), "w"), indent=1)
        json.dump({"max_seq_length": 40, "do_lower_case": False},
                  open(os.path.join(folder, "sentence_bert_config.json"), "w"))
        json.dump({"word_embedding_dimension": config.hidden_size, "pooling_mode_cls_token": pooling == "cls",
                   "pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_max_tokens": False,
                   "pooling_mode_mean_sqrt_len_tokens": False},
                  open(os.path.join(folder, "1_Pooling", "config.json"), "w"))
    for name in ["README.md", "config_sentence_transformers.json"]:
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    chosen = [t for t in texts() if t.isascii()][:60]
    ids = [model.tokenizer(t, truncation=True, max_length=40)["input_ids"] for t in chosen]
    json.dump([{"text": t, "ids": i} for t, i in zip(chosen, ids)], open(os.path.join(folder, "expected.json"), "w"))
    np.save(os.path.join(folder, "expected.npy"), model.encode(chosen).astype(np.float32))


if __name__ == "__main__":
    default_model(sys.argv[1])
    tiny_model("cls-48", True, "cls", False, 1, hidden_size=48, num_attention_heads=3, num_hidden_layers=2,
               intermediate_size=96, max_position_embeddings=48)
    tiny_model("mean-40", False, "mean", True, 2, hidden_size=40, num_attention_heads=5, num_hidden_layers=3,
               intermediate_size=100, max_position_embeddings=64)
    tiny_model("mean-128", True, "mean", False, 3, hidden_size=128, num_attention_heads=2, num_hidden_layers=1,
               intermediate_size=256, max_position_embeddings=40, layer_norm_eps=1e-5)
