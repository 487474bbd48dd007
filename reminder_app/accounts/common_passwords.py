"""The passwords that guessers try first. Only those of eight letters and more: shorter ones are refused anyway."""

LIST = """
12345678 123456789 1234567890 12345678910 0123456789 987654321 87654321 9876543210 0987654321
11111111 111111111 1111111111 00000000 000000000 0000000000 22222222 55555555 66666666 77777777
88888888 99999999 12341234 12344321 11223344 1122334455 123123123 123321123 147258369 159357258
741852963 789456123 147852369 123654789 159753456 10203040 112233445566 123412345 31415926 20202020
password passw0rd p@ssword p@ssw0rd pa$$word passwort passphrase mypassword newpassword
changeme changeit changemenow letmein1 letmeinnow welcome1 welcome123 qwertyui qwertyuiop qwerty12
qwerty123 qwerty1234 qwertz123 qwertzui qwertzuiop azertyui azertyuiop asdfghjk asdfghjkl asdf1234
asdfasdf asdfqwer qwerasdf qweasdzxc qweqweqwe qwe123qwe qazwsxedc qazwsx123 1qaz2wsx 1qaz2wsx3edc
1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 zaq12wsx zxcvbnm1 zxcvbnm123 zxcvbnmm zxcvasdf 1234qwer
qwer1234 abcd1234 abc12345 abc123456 abcdefgh abcdefg1 abcdefghi aaaaaaaa aa123456 a1234567
a12345678 a123456789 aa12345678 a1b2c3d4 1a2b3c4d test1234 testtest testing1 testing123 test12345
demo1234 demodemo default1 guest123 guestguest secret123 secretsecret topsecret mysecret
admin123 admin1234 admin12345 administrator adminadmin superuser rootroot root1234 toor1234 user1234
username login123 master123 monkey123 dragon123 iloveyou iloveyou1 iloveyou2 iloveu123 iloveme1
sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball superman
superman1 batman123 spiderman starwars startrek pokemon1 pokemon123 minecraft fortnite roblox123
michael1 michelle jennifer jessica1 jordan23 charlie1 andrew123 daniel123 anthony1 william1 alexander
matthew1 nicholas benjamin christopher elizabeth victoria samantha stephanie katherine isabella
computer computer1 internet internet1 samsung1 samsung123 iphone123 google123 facebook facebook1
whatever whatever1 trustno1 liverpool liverpool1 chelsea1 arsenal1 barcelona realmadrid juventus
manchester mercedes corvette porsche1 ferrari1 mustang1 yamaha123 harley123 cheese123 chocolate
butterfly snoopy123 rainbow1 flower123 forever1 friends1 blessed1 jesus123 jesuschrist godisgood
hello123 hello1234 hellohello hello12345 helloworld goodluck security security1 freedom1 thunder1
midnight hunter123 shadow123 cookie123 pepper123 ginger123 summer123 winter123 spring123 autumn123
summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2026 monday123 friday123
january1 december november september october1 saturday birthday babygirl babygirl1 lovelove
loveyou1 lovers123 sweetheart beautiful handsome1 familyfirst remember reminder reminders
correcthorsebatterystaple hunter22 fuckyou1 fuckyou123 fuckyou2 motherfucker asshole1 bullshit
"""
COMMON = frozenset(LIST.split())
