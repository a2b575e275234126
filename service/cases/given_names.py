"""Given names that differ more between Belarusian, Russian and other languages than spelling alone explains.

One name per line, its forms in any spelling; names.py folds them. A form stands in one line only.
"""

_TABLE = """
Аляксандр Александр Aliaksandr Alexander Alieksandr Олександр Алесь Алекс
Аляксандра Александра Alexandra
Аляксей Алексей Aliaksei Alexey Алёша
Анастасія Анастасия Настасся
Андрэй Андрей Andrew Andreas
Антаніна Антонина Antonina
Анжаліка Анжелика Angelika Angelica Анжэліка
Аляўціна Алевтина
Алена Елена Олена Elena Helena Alena
Ганна Анна Hanna Anna Anne
Вольга Ольга Volha Olga
Вадзім Вадим Vadzim Vadim
Валянцін Валентин Valiantsin Valentin
Валянціна Валентина Valentina
Васіль Василий Vasil Vasily Wassili
Вераніка Вероника Veronika Veronica
Віктар Виктор Victor
Вікторыя Виктория Victoria
Віталь Віталій Виталий Vital Vitaly
Вячаслаў Вячеслав Viachaslau Wjatscheslaw
Генадзь Геннадий Henadz Gennady
Георгій Георгий Юрась
Рыгор Григорий Ryhor Gregor
Дзмітрый Дмитрий Зміцер Дзьмітры Dmitry Dzmitry Zmicier Dimitri
Дзяніс Денис Dzianis Denis
Дар'я Дарья Daria
Яўген Евгений Yauhen Eugen Evgeny Jewgeni Яўгеній
Яўгенія Евгения Eugenia Yauheniya
Ягор Егор Yahor Egor
Кацярына Екатерина Katsiaryna Catherine Katharina Катерина Katerina Ekaterina
Лізавета Елизавета Elisabeth Elizabeth Lizaveta
Зінаіда Зинаида
Ірына Ирина Iryna Irene Арына
Канстанцін Константин Konstantin Constantin
Ксенія Ксения Аксіння Oksana Аксана Оксана
Леанід Леонид Leanid Leonid
Леў Лев Leu Leo
Любоў Любовь Liubou
Людміла Людмила Ludmila
Маргарыта Маргарита Margarita
Максім Максим Maksim Maxim
Мацвей Матвей Matvei Matthew
Марыя Мария Maryia Maria Marie Марія
Міхаіл Михаил Mikhail Michael Міхась
Мікалай Николай Mikalai Nikolai Nicolai Nicholas Nikolaus Мікола Микола
Мікіта Никита Mikita Nikita
Надзея Надежда Nadzeya Nadezhda
Наталля Наталья Natallia Natalia Natalie
Павел Павал Paul Pawel Павло
Пётр Пятро Petr Piotr Peter
Сафія София Sofia Sophie Sophia
Святлана Светлана Sviatlana Svetlana Swetlana
Сямён Семён Siamion Semyon Simon
Сяргей Сергей Siarhei Sergei Serge Serhij
Станіслаў Станислав Stanislau
Сцяпан Степан Stsiapan Stefan Stephan
Таццяна Татьяна Tatsiana Tatiana
Тэрэза Тереза Teresa Theresa
Фёдар Фёдор Fiodar Fyodor Theodor
Хрысціна Кристина Christina Крысціна
Цімафей Тимофей Timothy Цімох
Уладзімір Владимир Uladzimir Vladimir Wladimir
Уладзіслаў Владислав Uladzislau Vladislav
Юлія Юлия Julia Yulia
Юры Юрый Юрий Yury Yuri Juri
Якаў Яков Jakob Jacob
Ілья Илья Elias Ilia
Ігар Игорь Ihar Igor
"""

GIVEN_NAMES = tuple(tuple(line.split()) for line in _TABLE.strip().splitlines())
